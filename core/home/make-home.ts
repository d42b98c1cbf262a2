// Creates a home for one person's mail without asking: what qmail's config and INSTALL leave to the administrator.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { publish } from '../lib/disk/durable.ts';
import { UserError } from '../lib/user-error.ts';
import type { HomeAccounts, Ids } from '../privsep/accounts.ts';
import { assignHomeOwners, makeOwnersMaildir } from '../privsep/home-ownership.ts';
import { checkWay } from '../privsep/way-to-home.ts';
import { makeQueueDirs, queueLayout } from '../queue/files/layout.ts';

/** The person whom a home is for. */
export interface HomePlan {
  /** The host's name in addresses. */
  readonly me: string;
  readonly user: string;
  /** The directory of the user's .qmail files and Maildir. */
  readonly mailHome: string;
  /** For a host that root will start: the owner of the mail, and the accounts of the host. */
  readonly users?: { readonly owner: Ids; readonly accounts: HomeAccounts } | undefined;
}

/** The platform's directory for an application's data. */
export function defaultHome(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(env.APPDATA ?? join(personsPlace(), 'AppData', 'Roaming'), 'Waypost');
  if (platform === 'darwin') return join(personsPlace(), 'Library', 'Application Support', 'Waypost');
  return join(env.XDG_DATA_HOME || join(personsPlace(), '.local', 'share'), 'waypost');
}

/** Empty for a user with neither HOME nor an account: programs that need no Waypost home work for them too. */
function personsPlace(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

/**
 * This machine and the person who runs this process, unless the caller says otherwise.
 * @throws UserError when no user is named and the system has no name for the uid of this process
 */
export function usualPlan(said: Partial<HomePlan> = {}): HomePlan {
  return {
    me: said.me ?? hostname().toLowerCase(),
    user: said.user ?? loginName(),
    mailHome: said.mailHome ?? homedir(),
  };
}

function loginName(): string {
  try {
    return userInfo().username.toLowerCase();
  } catch (cause) {
    throw new UserError('The system has no name for the user that runs this: give one with --user NAME.', { cause });
  }
}

/** True when `home` was created completely: control/me is written last. */
export function isHome(home: string): boolean {
  return existsSync(join(home, 'control', 'me'));
}

/**
 * Creates a home. What already exists in the mail home (Maildir, .qmail files) is left as it is.
 * @throws UserError when there is a home already, the directory holds other things, or the plan cannot be written as files
 */
export async function makeHome(home: string, plan: HomePlan): Promise<void> {
  checkPlan(plan);
  checkPlace(home);
  const { user, users } = plan;
  if (!users && process.getuid?.() === 0) throw new UserError(rootNeedsUsers(home));
  if (users) checkWay(home);
  const mailHome = resolve(plan.mailHome);
  for (const path of ['control', 'users', 'alias', 'log', 'index', 'secrets']) {
    mkdirSync(join(home, path), { recursive: true, mode: 0o700 });
  }
  // Other users pass through it to queue.sock, once the home itself lets them in.
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o711 });
  makeQueueDirs(queueLayout(home));
  if (users) makeOwnersMaildir(mailHome, users.owner);
  else
    for (const path of ['tmp', 'new', 'cur'])
      mkdirSync(join(mailHome, 'Maildir', path), { recursive: true, mode: 0o700 });

  const { uid, gid } = users?.owner ?? statSync(mailHome);
  const alias = users?.accounts.alias ?? statSync(home);
  const aliasIds = `alias:${alias.uid}:${alias.gid}:${join(resolve(home), 'alias')}`;
  const assign = [
    `=${user}:${user}:${uid}:${gid}:${mailHome}:::`,
    `+${user}-:${user}:${uid}:${gid}:${mailHome}:-::`,
    `+:${aliasIds}:-::`,
    // Virtual domains are assigned to alias-something, whose rules are alias/.qmail-something-default.
    `=alias:${aliasIds}:::`,
    `+alias-:${aliasIds}:-::`,
    '.',
  ];
  await write(join(home, 'users', 'assign'), assign);
  for (const name of ['postmaster', 'mailer-daemon']) {
    // Without a host, as the host's name may change.
    await write(join(home, 'alias', `.qmail-${name}`), [`&${plan.user}`]);
  }
  await writeControl(home, [
    ['locals', [plan.me, 'localhost']],
    ['rcpthosts', [plan.me, 'localhost']],
    ...defaultDomain(plan.me),
    // For root and the other accounts of the system; without a host, too.
    ['adminaddr', [plan.user]],
    ['defaultdelivery', ['./Maildir/']],
    ['owner', [plan.user]],
    ...(users ? runFiles(users.accounts) : []),
    ['me', [plan.me]],
  ]);
  if (users) assignHomeOwners(home, { user, ...users.owner }, users.accounts);
}

/** The control files that name the users of a host that root starts. */
export function runFiles({ host, parser }: HomeAccounts): [name: string, lines: string[]][] {
  return [
    ['runas', [`${host.uid}:${host.gid}`]],
    ['parseas', [`${parser.uid}:${parser.gid}`]],
  ];
}

function rootNeedsUsers(home: string): string {
  return `Root gets no mail, and a mail host should not run as root. Create the home with: waypost init --home ${home} --user NAME, which says what else is needed; or start Waypost as the person who owns the mail.`;
}

/**
 * Creates a home that keeps no mail: its users' messages are sent to a QMQP server.
 * @param servers IP addresses, with a port (`1.2.3.4:628`, `[::1]:628`) where it is not the usual one
 * @throws UserError as makeHome does
 */
export async function makeNullClient(home: string, me: string, servers: readonly string[]): Promise<void> {
  checkName(me);
  checkPlace(home);
  for (const server of servers) {
    const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/.exec(server) ?? [];
    if (isIP(server) === 0 && isIP(bracketed ?? plain ?? '') === 0) {
      throw new UserError(`${server} is not the IP address of a QMQP server, as in 192.0.2.1 or [2001:db8::1]:628.`);
    }
  }
  mkdirSync(join(home, 'control'), { recursive: true, mode: 0o755 });
  await writeControl(home, [
    ['idhost', [me]],
    ...defaultDomain(me),
    ['plusdomain', [domainOf(me)]],
    ['qmqpservers', servers],
    ['me', [me]],
  ]);
}

/** A host name without a dot has no domain to complete other names with. */
function defaultDomain(me: string): [name: string, lines: string[]][] {
  return me.includes('.') ? [['defaultdomain', [domainOf(me)]]] : [];
}

function domainOf(me: string): string {
  return me.slice(me.indexOf('.') + 1);
}

/** In this order: `me` comes last, as it makes the directory a home. */
async function writeControl(home: string, files: readonly [name: string, lines: readonly string[]][]): Promise<void> {
  for (const [name, lines] of files) await write(join(home, 'control', name), lines);
}

function checkPlace(home: string): void {
  if (isHome(home)) throw new UserError(`${home} is a Waypost home already.`);
  if (existsSync(home) && !existsSync(join(home, 'control')) && readdirSync(home).length > 0) {
    throw new UserError(`${home} is not empty and not a Waypost home: name another directory.`);
  }
}

function write(path: string, lines: readonly string[]): Promise<void> {
  return publish(path, Buffer.from(`${lines.join('\n')}\n`), 0o600);
}

function checkName(me: string): void {
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(me))
    throw new UserError(`${me} is not a host name: use --me with letters, digits, - and .`);
}

function checkPlan({ me, user, mailHome }: HomePlan): void {
  checkName(me);
  if (!/^[^\s:@/A-Z]{1,31}$/.test(user))
    throw new UserError(
      `${user} cannot be a user's name here: it needs 1 to 31 characters, in lower case, without : @ / or blanks.`,
    );
  if (/[:\n]/.test(resolve(mailHome)))
    throw new UserError(`${mailHome} contains a colon, which users/assign cannot hold: use --mail-home.`);
}
