// The verb install-hooks: has the programs of the system that bring networks up and down tell a link of it. No host need run.
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Link } from '../../../../core/control/links/link.ts';
import { readLinks } from '../../../../core/control/links/read-links.ts';
import { UserError } from '../../../../core/lib/user-error.ts';
import { cronLine, type HookPlan, hookSystems } from '../../../link-hooks/hook-files.ts';
import { type HooksOf, hooksFor, installHooks, removeHooks } from '../../../link-hooks/install-hooks.ts';
import type { LinkCall } from './link-call.ts';

/** @returns 0 done or printed, 1 nothing could be done */
export async function hooks(call: LinkCall): Promise<number> {
  const { io, name, options } = call;
  if (options.print && options.remove) throw new UserError('Either --print or --remove.', { exitCode: 100 });
  if (options.remove) return remove(call);
  const link = readLinks(io.home).find(each => each.link.name === name)?.link;
  if (!link) throw new UserError(`There is no control/links/${name} in ${io.home}.`);
  const plan = planFor(io.home, link, options.interface);
  if (options.print) return printHooks(call, plan);
  return install(call, plan);
}

function planFor(home: string, { name, knownBy }: Link, said: string | undefined): HookPlan {
  const known = knownBy.kind === 'interface' ? knownBy.name : undefined;
  const interfaceName = said ?? known;
  if (interfaceName !== undefined && !/^[^\s/]{1,64}$/.test(interfaceName)) {
    throw new UserError(`${interfaceName} is not the name of a network interface.`, { exitCode: 100 });
  }
  return { link: name, home, user: userOf(home), interfaceName };
}

/** Who talks to the host: the owner of its socket's directory. Root only where all belongs to root. */
function userOf(home: string): string | undefined {
  const run = join(home, 'run');
  const { uid } = statSync(existsSync(run) ? run : home);
  if (uid === 0) return undefined;
  try {
    return execFileSync('id', ['-un', String(uid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch (cause) {
    throw new UserError(`${home} belongs to the uid ${uid}, which is no account of this machine.`, { cause });
  }
}

function install({ io, name }: LinkCall, plan: HookPlan): number {
  if (process.platform !== 'linux') throw new UserError(`The hooks are for Linux. ${elsewhere(plan)}`);
  const done = installHooks(plan);
  for (const each of done) io.stdout.write(doneText(name, each));
  if (done.some(({ paths }) => paths.length > 0)) return 0;
  const missing = hookSystems.map(({ title }) => title).join(', ');
  const why = done.length === 0 ? `None of ${missing} is on this machine: nothing was written. ` : '';
  io.stderr.write(`link: ${why}${elsewhere(plan)}\n`);
  return 1;
}

function doneText(name: string, { system: { title }, paths, lacksInterface }: HooksOf): string {
  if (lacksInterface) {
    return `${title}: nothing was written. Name the network interface: waypost link install-hooks ${name} --interface NAME\n`;
  }
  return paths.map(path => `${title}: wrote ${path}\n`).join('');
}

function elsewhere(plan: HookPlan): string {
  return `The host can look by itself (known-by interface, route, probe or command), or cron starts contacts, with this line for crontab -e:\n${cronLine(plan)}`;
}

function remove({ io, name }: LinkCall): number {
  const paths = removeHooks({ link: name, home: io.home });
  for (const path of paths) io.stdout.write(`Removed ${path}\n`);
  if (paths.length === 0) io.stderr.write(`link: ${name} has no hooks on this machine.\n`);
  return paths.length > 0 ? 0 : 1;
}

/** For whoever is not root, or writes them elsewhere: those of this machine's systems, or of all. */
function printHooks({ io }: LinkCall, plan: HookPlan): number {
  const here = hooksFor(plan, '/');
  const files = (here.length > 0 ? here : hookSystems.map(system => ({ system, files: system.files(plan) }))).flatMap(
    each => each.files,
  );
  for (const { path, text } of files) io.stdout.write(`# ==> ${path}\n${text}\n`);
  io.stdout.write(`# ==> crontab -e, to exchange mail each hour\n${cronLine(plan)}\n`);
  return 0;
}
