// waypost init: makes a home, as qmail's config and maildirmake together would.
import { hostname } from 'node:os';
import { UserError } from '../../../core/lib/user-error.ts';
import { type HomePlan, makeHome, makeNullClient, usualPlan } from '../../../core/make-home.ts';
import { accountsFor, mailOwner, makeSystemUser } from '../../../core/privsep/accounts.ts';
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
      ...accountOptions,
    },
  });
  const { me, user, 'mail-home': mailHome, 'null-client': servers } = values;
  if (servers) return initNullClient(io, me, servers);
  const plan = process.getuid?.() === 0 ? rootsPlan(values) : usualPlan({ me, user, mailHome });
  const home = io.home as string;
  await makeHome(home, plan);
  linkPrograms(home, io.script);
  io.stdout.write(`${home} is ready for mail to ${plan.user}@${plan.me}, kept in ${plan.mailHome}/Maildir.\n`);
  return 0;
}

/** The options that name the accounts of a host of root's. */
const accountOptions = {
  'run-as': { type: 'string' },
  'parse-as': { type: 'string' },
  'alias-user': { type: 'string' },
  'make-users': { type: 'boolean', default: false },
} as const;

interface RootsValues {
  readonly me?: string | undefined;
  readonly user?: string | undefined;
  readonly 'mail-home'?: string | undefined;
  readonly 'run-as'?: string | undefined;
  readonly 'parse-as'?: string | undefined;
  readonly 'alias-user'?: string | undefined;
  readonly 'make-users': boolean;
}

/** Root makes a home for somebody else, and for a host that runs as somebody else. */
function rootsPlan(values: RootsValues): HomePlan {
  const { me, user } = values;
  if (user === undefined || user === 'root')
    throw new UserError('Root gets no mail: say whose mail it is, with --user NAME.', { exitCode: 100 });
  const { mailHome, ...owner } = mailOwner(user, values['mail-home']);
  const named = { host: values['run-as'], parser: values['parse-as'], alias: values['alias-user'] };
  const accounts = accountsFor(owner, named, { make: values['make-users'] ? makeSystemUser : undefined });
  return { ...usualPlan({ me, user, mailHome }), users: { owner, accounts } };
}

async function initNullClient(io: CommandIo, me: string | undefined, servers: readonly string[]): Promise<number> {
  const home = io.home as string;
  const name = me ?? hostname().toLowerCase();
  await makeNullClient(home, name, servers);
  linkPrograms(home, io.script);
  io.stdout.write(`${home} is ready to send mail of ${name} through ${servers.join(', ')}; it keeps none.\n`);
  return 0;
}
