// waypost init: creates a home, like qmail's config and maildirmake together.
import { hostname } from 'node:os';
import { type HomePlan, makeHome, makeNullClient, usualPlan } from '../../../core/home/make-home.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { accountsFor, mailOwner } from '../../../core/privsep/accounts.ts';
import { linkPrograms } from '../../link-programs.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { type AccountValues, accountMaker, accountOptions, namedAccounts } from './account-options.ts';

/** @returns 0 created; refusals are thrown as UserError */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions(args, {
    options: {
      me: { type: 'string' },
      user: { type: 'string' },
      'mail-home': { type: 'string' },
      'null-client': { type: 'string', multiple: true },
      ...accountOptions,
    },
  });
  const { me, user, 'mail-home': mailHome, 'null-client': servers } = values;
  if (servers) return initNullClient(io, me, servers);
  const plan = process.getuid?.() === 0 ? rootsPlan(values) : usualPlan({ me, user, mailHome });
  const home = io.home;
  await makeHome(home, plan);
  linkPrograms(home, io.script);
  io.stdout.write(`${home} is ready for mail to ${plan.user}@${plan.me}, kept in ${plan.mailHome}/Maildir.\n`);
  return 0;
}

interface RootsValues extends AccountValues {
  readonly me?: string | undefined;
  readonly user?: string | undefined;
  readonly 'mail-home'?: string | undefined;
}

/** Root creates a home for another user, and for a host that runs as another user. */
function rootsPlan(values: RootsValues): HomePlan {
  const { me, user } = values;
  if (user === undefined || user === 'root')
    throw new UserError('Root gets no mail: name the owner of the mail with --user NAME.', { exitCode: 100 });
  const { mailHome, ...owner } = mailOwner(user, values['mail-home']);
  const accounts = accountsFor(owner, namedAccounts(values), { make: accountMaker(values) });
  return { ...usualPlan({ me, user, mailHome }), users: { owner, accounts } };
}

async function initNullClient(io: CommandIo, me: string | undefined, servers: readonly string[]): Promise<number> {
  const home = io.home;
  const name = me ?? hostname().toLowerCase();
  await makeNullClient(home, name, servers);
  linkPrograms(home, io.script);
  io.stdout.write(`${home} is ready to send mail from ${name} through ${servers.join(', ')}; it keeps no mail.\n`);
  return 0;
}
