// A home for crash tests, with rules of every kind, two other mail servers (one can be busy), and the places where messages end up.
// Every message has a label, `Subject: <label>`, and ends with `the end of <label>`.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Envelope } from '../../core/paper-path/shapes.ts';
import type { Settings } from '../support/fault-injector.ts';
import { type FaultyHost, serveFaulty } from '../support/faulty-host.ts';
import { initHome } from '../support/host-process.ts';
import { type PeerScript, type SmtpPeer, startPeer } from '../support/smtp-peer.ts';
import { until } from '../support/until.ts';

export interface World {
  readonly home: string;
  readonly mailHome: string;
  /** What the injector watches. */
  readonly below: readonly string[];
  /** Whether recipients that can be busy are: `partly` is all but `alice-stuck`. */
  setBusy(busy: boolean | 'partly'): void;
  /** Every copy that arrived anywhere. */
  arrived(): Arrival[];
  /** Whether the server of far.example says nothing. */
  setSilent(silent: boolean): void;
  /** Forgets what arrived so far. */
  sweep(): void;
  /** Resolves when no connection to the other servers is left. */
  quiet(): Promise<void>;
  /** Starts the host with the injector. */
  serve(settings?: Partial<Settings>, as?: { uid: number; gid: number }): Promise<FaultyHost>;
}

/** One copy of a message at one place. */
export interface Arrival {
  readonly place: string;
  readonly label: string;
  /** From its first line to its last. */
  readonly whole: boolean;
  /** How to find it: a path, or a server. */
  readonly where: string;
}

/** The `.qmail` files of alice, who is the only user: what follows `alice-` in the address, and its lines. */
const rules: Readonly<Record<string, string>> = {
  second: './Second/\n',
  mbox: './mbox\n',
  program: '|cat >programs/$$.tmp && mv programs/$$.tmp programs/$$\n',
  later: '|test ! -e busy || exit 111\n./Later/\n',
  stuck: '|test ! -e stuck || exit 111\n./Stuck/\n',
  forward: '&alice-second@here.example\n',
  several: './Maildir/\n&alice-second@here.example\n&away@far.example\n',
  fail: '|echo no such thing; exit 100\n',
  sender: './Bounces/\n',
  double: './Doubles/\n',
};
const maildirs = ['Maildir', 'Second', 'Later', 'Stuck', 'Bounces', 'Doubles'];

const control = {
  me: 'here.example\n',
  rcpthosts: 'here.example\nfar.example\nbusy.example\n',
  doublebounceto: 'alice-double\n',
  doublebouncehost: 'here.example\n',
  concurrencylocal: '5\n',
  // A clock that jumps may make a message late: the notice would be counted as mail.
  delaynotice: '0\n',
};

/** `alice-fail`, and addresses without a rule, get nothing: the message bounces. */
const fails = ['alice-fail@here.example', 'alice-nobody@here.example'];

/** Where one recipient's copies end up, by way of forwards; undefined: it fails. */
function placesOf(recipient: string): string[] | undefined {
  if (fails.includes(recipient)) return undefined;
  if (recipient === 'alice-forward@here.example') return ['Second'];
  if (recipient === 'alice-several@here.example') return ['Maildir', 'Second', 'away@far.example'];
  const rule = /^alice-(\w+)@here\.example$/.exec(recipient)?.[1];
  if (rule === 'mbox' || rule === 'program') return [rule];
  if (rule) return [/^\.\/(\w+)\/$/m.exec(rules[rule] ?? '')?.[1] ?? 'Maildir'];
  return [recipient === 'alice@here.example' ? 'Maildir' : recipient];
}

/** Where the copies of a message end up, its bounces included. `failed`: it has failed for a recipient already. */
export function destinations({ sender, recipients }: Envelope, failed = false): string[] {
  const places = recipients.map(placesOf);
  const found = places.flatMap(one => one ?? []);
  if (!failed && !places.includes(undefined)) return found;
  if (sender === '#@[]') return found;
  const bounce = sender === '' ? doubleBounce : { sender: '', recipients: [sender] };
  return [...found, ...destinations(bounce)];
}

const doubleBounce = { sender: '#@[]', recipients: ['alice-double@here.example'] };

export async function openWorld(t: TestContext, directory: string): Promise<World> {
  const { home, mailHome } = await initHome(directory, 'here.example', 'alice', control);
  for (const [name, lines] of Object.entries(rules)) writeFileSync(join(mailHome, `.qmail-${name}`), lines);
  for (const name of maildirs)
    for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(mailHome, name, part), { recursive: true });
  mkdirSync(join(mailHome, 'programs'));
  const far = await startPeer(t);
  const busyScript: PeerScript = { mostRecipients: 2 };
  const busyPeer = await startPeer(t, busyScript);
  writeFileSync(
    join(home, 'control', 'smtproutes'),
    `far.example:127.0.0.1:${far.port}\nbusy.example:127.0.0.1:${busyPeer.port}\n`,
  );
  function setFile(name: string, there: boolean): void {
    if (there) writeFileSync(join(mailHome, name), '');
    else rmSync(join(mailHome, name), { force: true });
  }
  return {
    home,
    mailHome,
    below: [`${home}/queue/`, `${mailHome}/`],
    setBusy(busy) {
      busyScript.mail = busy === true ? '451 busy' : '250 ok';
      setFile('busy', busy === true);
      setFile('stuck', busy !== false);
    },
    setSilent: silent => far.setSilent(silent),
    arrived: () => [
      ...inMaildirs(mailHome),
      ...inMbox(mailHome),
      ...ofPrograms(mailHome),
      ...atPeer(far),
      ...atPeer(busyPeer),
    ],
    sweep() {
      for (const name of maildirs)
        for (const file of readdirSync(join(mailHome, name, 'new'))) rmSync(join(mailHome, name, 'new', file));
      for (const file of readdirSync(join(mailHome, 'programs'))) rmSync(join(mailHome, 'programs', file));
      rmSync(join(mailHome, 'mbox'), { force: true });
      for (const { messages } of [...far.sessions, ...busyPeer.sessions]) messages.length = 0;
    },
    quiet: () =>
      until('the connections to end', () => far.connected() + busyPeer.connected() === 0).then(() => undefined),
    serve: (settings, as) =>
      serveFaulty(t, home, ['--smtp', '127.0.0.1:0'], { below: [`${home}/queue/`, `${mailHome}/`], ...settings }, as),
  };
}

/** The label of a message; of a bounce it is that of the message that it is about, which comes last. */
export function labelOf(text: string): string {
  return (
    text
      .match(/^Subject: (.*)$/gm)
      ?.at(-1)
      ?.slice('Subject: '.length) ?? '-'
  );
}

function arrival(place: string, where: string, text: string, begins: RegExp): Arrival {
  const label = labelOf(text);
  return { place, label, where, whole: begins.test(text) && text.endsWith(`\nthe end of ${label}\n`) };
}

function inMaildirs(mailHome: string): Arrival[] {
  return maildirs.flatMap(place =>
    readdirSync(join(mailHome, place, 'new')).map(name => {
      const path = join(mailHome, place, 'new', name);
      return arrival(place, path, readFileSync(path, 'latin1'), /^Return-Path: <.*>\nDelivered-To: alice/);
    }),
  );
}

function inMbox(mailHome: string): Arrival[] {
  const path = join(mailHome, 'mbox');
  if (!existsSync(path)) return [];
  const messages = readFileSync(path, 'latin1')
    .split(/^From (?=\S* +\w{3} \w{3} )/m)
    .slice(1);
  return messages.map(text =>
    arrival('mbox', path, text.replace(/^.*\n/, '').replace(/\n\n$/, '\n'), /^Return-Path: </),
  );
}

function ofPrograms(mailHome: string): Arrival[] {
  const directory = join(mailHome, 'programs');
  const names = readdirSync(directory).filter(name => !name.endsWith('.tmp'));
  return names.map(name =>
    arrival('program', join(directory, name), readFileSync(join(directory, name), 'latin1'), /^Received: /),
  );
}

/** A server has a message when its final dot came; for each recipient that it has accepted. */
function atPeer({ sessions }: SmtpPeer): Arrival[] {
  return sessions.flatMap(({ messages }) =>
    messages.flatMap(({ recipients, wire }) => {
      const text = wire.slice(0, -3).replaceAll('\r\n', '\n');
      return recipients.map(recipient => arrival(recipient, 'a server', text, /^Received: /));
    }),
  );
}
