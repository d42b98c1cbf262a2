// waypost init: makes a home, as qmail's config and maildirmake together would.
import { hostname } from 'node:os';
import { makeHome, makeNullClient, usualPlan } from '../../../core/make-home.ts';
import { linkPrograms } from '../../link-programs.ts';
import type { CommandIo } from '../command-io.ts';
import { parsed } from '../parsed.ts';

/** @returns 0 made; refusals are thrown as UserError */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parsed(args, {
    options: {
      me: { type: 'string' },
      user: { type: 'string' },
      'mail-home': { type: 'string' },
      'null-client': { type: 'string', multiple: true },
    },
  });
  const { me, user, 'mail-home': mailHome, 'null-client': servers } = values;
  if (servers) return initNullClient(io, me, servers);
  const plan = usualPlan({ me, user, mailHome });
  const home = io.home as string;
  await makeHome(home, plan);
  linkPrograms(home, io.script);
  io.stdout.write(`${home} is ready for mail to ${plan.user}@${plan.me}, kept in ${plan.mailHome}/Maildir.\n`);
  return 0;
}

async function initNullClient(io: CommandIo, me: string | undefined, servers: readonly string[]): Promise<number> {
  const home = io.home as string;
  const name = me ?? hostname().toLowerCase();
  await makeNullClient(home, name, servers);
  linkPrograms(home, io.script);
  io.stdout.write(`${home} is ready to send mail of ${name} through ${servers.join(', ')}; it keeps none.\n`);
  return 0;
}
