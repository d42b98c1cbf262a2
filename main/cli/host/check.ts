// waypost check: looks for what would keep mail from arriving: in the files, in test deliveries to the user, and in a running
// host.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readControl } from '../../../core/control/control.ts';
import { configurationOf } from '../../../core/host/configuration.ts';
import { explainFor } from '../../../core/host/home-explain.ts';
import { formerPlace } from '../../../core/host/moved-home.ts';
import { findOwner } from '../../../core/host/owner.ts';
import { findProblems, ownersProblems } from '../../../core/host/problems/problems.ts';
import { displayAddress } from '../../../core/message/address.ts';
import { connectToHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

/** @returns 0 no problems, 1 problems. @throws UserError when there is no home */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  parseOptions(args, { options: {} });
  const home = io.home;
  const found = [...new Set([...placeFindings(home), ...(await fileFindings(home)), ...(await hostFindings(home))])];
  for (const text of found) io.stdout.write(`${text}\n`);
  if (found.length === 0) io.stdout.write('No problems found: mail to you arrives.\n');
  return found.length === 0 ? 0 : 1;
}

/** The home was moved: the next start repairs it. */
function placeFindings(home: string): string[] {
  const was = formerPlace(home);
  const launcher = join(home, 'bin', 'waypost');
  const isOfHere =
    !existsSync(launcher) || readFileSync(launcher, 'utf8').includes(resolve(home).replaceAll("'", "'\\''"));
  const moved = 'The next start of the host fixes that.';
  return [
    ...(was === undefined ? [] : [`users/assign names ${displayAddress(was)}, the former path of this home. ${moved}`]),
    ...(isOfHere ? [] : [`bin/ hands mail to the former path of this home. ${moved}`]),
  ];
}

async function fileFindings(home: string): Promise<string[]> {
  const { findings } = await configurationOf(home, { dns: false });
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return warnings.map(({ file, line, text }) => `${file}${line === null ? '' : `:${line}`}: ${text}`);
}

/** What the running host knows; if none runs, what it would know. */
async function hostFindings(home: string): Promise<string[]> {
  const host = await connectToHost(home).catch(() => undefined);
  if (host) {
    try {
      const { problems } = await host.api.call('host.status', {});
      return problems.map(({ text }) => text);
    } finally {
      host.close();
    }
  }
  const control = readControl(home);
  const owner = findOwner(home, control);
  const problems = [
    ...ownersProblems(home, control, owner, process.geteuid?.()),
    ...findProblems(home, control, { qmqp: null }),
  ];
  return [...problems.map(({ text }) => text), ...(await mailToOneself(home, owner.user))];
}

/** The addresses that programs and people of this machine use. */
async function mailToOneself(home: string, user: string): Promise<string[]> {
  const control = readControl(home);
  const view = () => control;
  const explain = explainFor(home, { queue: view, connection: view, delivery: view })['explain.address'];
  const found: string[] = [];
  for (const bytes of [`${user}@${control.me}`, 'root@localhost', user]) {
    const address = displayAddress(bytes);
    const { verdict, channel } = await explain({ address, sender: '', dns: false });
    if (channel === 'local' && verdict.outcome === 'done') continue;
    const what = channel === 'local' ? verdict.text.trim().replaceAll('\n', ' ') : 'it is sent to another host';
    found.push(`Mail for ${address} does not arrive here: ${what} See: waypost explain ${address}`);
  }
  return found;
}
