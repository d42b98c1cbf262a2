// waypost check: looks for what would keep mail from arriving or leaving: in the files, on this machine, in a running host, and on
// request in the network.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Check, needsOwner, resultWords } from '../../../core/api/checks.ts';
import { type Control, readControl } from '../../../core/control/control.ts';
import { lookAtHost } from '../../../core/host/checks/all-checks.ts';
import { checkKnown } from '../../../core/host/checks/known.ts';
import { about } from '../../../core/host/checks/run-check.ts';
import { configurationOf } from '../../../core/host/configuration.ts';
import { explainFor } from '../../../core/host/home-explain.ts';
import { formerPlace } from '../../../core/host/moved-home.ts';
import { findOwner } from '../../../core/host/owner.ts';
import { findProblems, ownersProblems } from '../../../core/host/problems/problems.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { displayAddress } from '../../../core/message/address.ts';
import { connectToHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';

/** @returns 0 no problems, 1 problems. @throws UserError when there is no home */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseOptions(args, { options: { network: flag, all: flag } });
  const home = io.home;
  const all = [...checkPlace(home), ...(await checkFiles(home)), ...(await checkHost(home, values.network))];
  const checks = [...new Map(all.map(check => [check.text, check])).values()];
  const found = checks.filter(needsOwner);
  if (values.all) for (const check of checks) io.stdout.write(lineOf(check));
  else for (const { text } of found) io.stdout.write(`${text}\n`);
  if (found.length === 0) io.stdout.write('No problems found: mail to you arrives.\n');
  return found.length === 0 ? 0 : 1;
}

const widest = Math.max(...Object.values(resultWords).map(word => word.length));

function lineOf({ looked, result, text }: Check): string {
  return `${resultWords[result].padEnd(widest)}  ${looked}: ${text}\n`;
}

/** The home was moved: the next start repairs it. */
function checkPlace(home: string): Check[] {
  const was = formerPlace(home);
  const launcher = join(home, 'bin', 'waypost');
  const isOfHere =
    !existsSync(launcher) || readFileSync(launcher, 'utf8').includes(resolve(home).replaceAll("'", "'\\''"));
  const moved = 'The next start of the host fixes that.';
  const { warning } = about('home-moved', 'Place of the home');
  return [
    ...(was === undefined
      ? []
      : [warning(`users/assign names ${displayAddress(was)}, the former path of this home. ${moved}`)]),
    ...(isOfHere ? [] : [warning(`bin/ hands mail to the former path of this home. ${moved}`)]),
  ];
}

/** Also while a host runs: it may not read what the user who asks may read. */
async function checkFiles(home: string): Promise<Check[]> {
  const { findings } = await configurationOf(home, { dns: false });
  return checkKnown(findings, []).filter(({ code }) => code !== 'host');
}

/** What the running host finds; if none runs, what it would find. */
async function checkHost(home: string, network: boolean): Promise<Check[]> {
  const host = await connectToHost(home).catch(() => undefined);
  if (host) {
    try {
      return (await host.api.call('host.checks', { network })).checks;
    } finally {
      host.close();
    }
  }
  const control = readControl(home);
  const view = () => control;
  const owner = findOwner(home, control);
  const problems = {
    mail: ownersProblems(home, control, owner, process.geteuid?.()),
    home: findProblems(home, control, { qmqp: null }),
    ...{ queue: [], links: [], logins: [] },
  };
  const views = { queue: view, connection: view, delivery: view };
  const checks = await lookAtHost(
    { ...{ home, owner, problems }, clock: systemClock, control: views, running: undefined },
    network,
  );
  return [...checks, ...(await mailToOneself(home, control, owner.user))];
}

/** The addresses that programs and people of this machine use. */
async function mailToOneself(home: string, control: Control, user: string): Promise<Check[]> {
  const view = () => control;
  const explain = explainFor(home, { queue: view, connection: view, delivery: view })['explain.address'];
  const found: Check[] = [];
  for (const bytes of [`${user}@${control.me}`, 'root@localhost', user]) {
    const address = displayAddress(bytes);
    const { fine, wrong } = about('mail-here', `Mail for ${address}`);
    const { verdict, channel } = await explain({ address, sender: '', dns: false });
    if (channel === 'local' && verdict.outcome === 'done') {
      found.push(fine(`Mail for ${address} arrives here.`));
      continue;
    }
    const what = channel === 'local' ? verdict.text.trim().replaceAll('\n', ' ') : 'it is sent to another host';
    found.push(wrong(`Mail for ${address} does not arrive here: ${what} See: waypost explain ${address}`));
  }
  return found;
}
