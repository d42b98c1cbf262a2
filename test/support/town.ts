// The town of qmail's pictures: a real host named heaven.af.mil, the users joe and fred, the user alias, mailboxes in mbox
// format. As root every user has a uid; otherwise all of them are the user who runs the test.
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type RunningHost, serve, waypost } from './host-process.ts';
import { runWith } from './programs.ts';
import { rootsUsers, runAs } from './root-home.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

const me = 'heaven.af.mil';
const uids = { joe: 60_011, fred: 60_012, alias: 60_013 } as const;
const everybody = Object.keys(uids) as User[];

export type User = keyof typeof uids;

export interface Town {
  readonly host: RunningHost;
  readonly port: number;
  /** Writes a file of a user, mode 600 unless said otherwise. */
  write(user: User, name: string, text: string, mode?: number): void;
  /** A user's file as a byte string; empty when there is none. */
  read(user: User, name: string): string;
  /** Gives a message to qmail-inject, as `USER=joe`. */
  inject(text: string, args?: readonly string[]): Promise<void>;
  /** The delivery log from where the last call has left off up to the next line that is like `last`. */
  logUntil(last: RegExp): Promise<string[]>;
  /** Files below the queue's message, envelope and channel folders. */
  queueFiles(): string[];
  uid(user: User): number;
  /** The user of the host itself: what it queues is queued by him. */
  readonly hostUid: number;
  /** Asks the running host, as `waypost api` does. */
  ask(method: string, request?: object): Promise<unknown>;
  /** Stops the host as TERM does and starts another one on the same home. @returns the exit code of the first */
  restart(): Promise<number | string>;
}

/** Builds the town and starts its host. `control` adds or replaces control files. */
export async function buildTown(t: TestContext, control: Readonly<Record<string, string>> = {}): Promise<Town> {
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  const home = join(directory, 'home');
  const folder = (user: User) => (user === 'alias' ? join(home, 'alias') : join(directory, user));
  const own = process.getuid?.() ?? 0;
  const uid = (user: User) => (own === 0 ? uids[user] : own);
  const gid = (user: User) => (own === 0 ? uids[user] : (process.getgid?.() ?? 0));

  for (const user of ['joe', 'fred'] as const) {
    mkdirSync(folder(user), { mode: 0o755 });
    chownSync(folder(user), uid(user), gid(user));
  }
  const whose = ['--me', me, '--user', 'joe', '--mail-home', folder('joe')];
  const runs = own === 0 ? runAs({ alias: { uid: uid('alias'), gid: gid('alias') } }) : [];
  const made = await waypost(['init', '--home', home, ...whose, ...runs]);
  if (made.code !== 0) throw new Error(made.stderr);
  if (own !== 0) chmodSync(home, 0o755);
  const files = { locals: me, rcpthosts: me, defaultdelivery: './Mailbox', concurrencylocal: '3', ...control };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, 'control', name), `${text}\n`);
  const lines = (['joe', 'fred'] as const).flatMap(user => [
    `=${user}:${user}:${uid(user)}:${gid(user)}:${folder(user)}:::`,
    `+${user}-:${user}:${uid(user)}:${gid(user)}:${folder(user)}:-::`,
  ]);
  const alias = `+:alias:${uid('alias')}:${gid('alias')}:${folder('alias')}:-::`;
  writeFileSync(join(home, 'users', 'assign'), [...lines, alias, '.', ''].join('\n'));
  for (const user of everybody) giveTo(folder(user), uid(user), gid(user));

  const start = () => serve(t, home, ['--smtp', '127.0.0.1:0']);
  let host = await start();
  let readUntil = 1; // The first line is the status at the start.
  return {
    get host() {
      return host;
    },
    get port() {
      return host.ready.smtp?.port as number;
    },
    uid,
    hostUid: own === 0 ? rootsUsers.host.uid : own,
    write(user, name, text, mode = 0o600) {
      const path = join(folder(user), name);
      writeFileSync(path, text, { mode });
      chownSync(path, uid(user), gid(user));
    },
    read(user, name) {
      try {
        return readFileSync(join(folder(user), name), 'latin1');
      } catch {
        return '';
      }
    },
    async inject(text, args = []) {
      await runWith(join(home, 'bin', 'qmail-inject'), args, text, { PATH: process.env.PATH, USER: 'joe' });
    },
    async logUntil(last) {
      const since = () => deliveryLines(host.log()).slice(readUntil);
      const at = () => since().findIndex(line => last.test(line));
      await until(String(last), () => at() >= 0);
      const lines = since().slice(0, at() + 1);
      readUntil += lines.length;
      return lines;
    },
    async ask(method, request = {}) {
      const { code, stdout, stderr } = await waypost(['api', '--home', home, method, JSON.stringify(request)]);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    },
    async restart() {
      const code = await host.stop();
      host = await start();
      readUntil = 1;
      return code;
    },
    queueFiles: () =>
      ['mess', 'intd', 'todo', 'info', 'local', 'remote', 'bounce'].flatMap(name =>
        readdirSync(join(home, 'queue', name), { recursive: true, withFileTypes: true })
          .filter(entry => entry.isFile())
          .map(entry => join(name, entry.name)),
      ),
  };
}

/** What qmail-send writes, without the lines of the doors and Waypost's own. */
function deliveryLines(log: string): string[] {
  const ofQueue = /^(new msg|info msg|starting delivery|status: local|delivery \d+:|bounce msg|triple bounce|end msg)/;
  return log.split('\n').filter(line => ofQueue.test(line));
}

function giveTo(directory: string, uid: number, gid: number): void {
  chownSync(directory, uid, gid);
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(directory, name), uid, gid);
  }
}

/**
 * Replaces what differs from run to run by letters in order of appearance: message numbers by N1, N2…, qp by P1, P2…,
 * delivery numbers by D1…, sizes by B, dates by T. `uids` says how a uid is to be called.
 */
export function createShape(uids: Readonly<Record<number, string>> = {}): (text: string) => string {
  const names = { N: new Map<string, string>(), P: new Map<string, string>(), D: new Map<string, string>() };
  const name = (letter: keyof typeof names, number: string): string => {
    const known = names[letter];
    const given = known.get(number) ?? `${letter}${known.size + 1}`;
    known.set(number, given);
    return given;
  };
  return text =>
    text
      .replace(/\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d -0000/g, 'T')
      .replace(/[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \d{4}/g, 'T')
      .replace(/<\d{14}\.\d+\.qmail@/g, '<I@')
      .replace(/\bmsg (\d+)/g, (_, number) => `msg ${name('N', number)}`)
      .replace(/\bqp[ _](\d+)/g, (_, number) => `qp ${name('P', number)}`)
      .replace(/\(qmail (\d+) invoked/g, (_, number) => `(qmail ${name('P', number)} invoked`)
      .replace(/\bdelivery (\d+)/g, (_, number) => `delivery ${name('D', number)}`)
      .replace(/\bbytes \d+/g, 'bytes B')
      .replace(/\buid (\d+)/g, (_, uid) => `uid ${uids[uid] ?? uid}`);
}
