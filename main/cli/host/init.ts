// waypost init: makes a home, as qmail's config and maildirmake together would.
import { parseArgs } from 'node:util';
import { makeHome, usualPlan } from '../../../core/make-home.ts';
import { linkPrograms } from '../../link-programs.ts';
import type { CommandIo } from '../command-io.ts';
import { parsed } from '../parsed.ts';

/** @returns 0 made; refusals are thrown as UserError */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parsed(() =>
    parseArgs({
      args: [...args],
      options: { me: { type: 'string' }, user: { type: 'string' }, 'mail-home': { type: 'string' } },
    }),
  );
  const { me, user, 'mail-home': mailHome } = values;
  const plan = usualPlan({ me, user, mailHome });
  const home = io.home as string;
  await makeHome(home, plan);
  linkPrograms(home, io.script);
  io.stdout.write(`${home} is ready for mail to ${plan.user}@${plan.me}, kept in ${plan.mailHome}/Maildir.\n`);
  return 0;
}
