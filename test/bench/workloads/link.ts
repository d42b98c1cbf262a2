// A Maildir of small messages over one link with a long way: how many round trips it takes after the connect, by SMTP with
// PIPELINING and by QMTP.
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../../core/lib/clock.ts';
import { byQmtp, bySmtp } from '../../../core/link/serial/conversations.ts';
import { messagesOf } from '../../../core/link/serial/file-list.ts';
import { maildirSerial } from '../../../core/link/serial/maildir-serial.ts';
import { initHome, serve } from '../../support/host-process.ts';
import { type SlowLine, startSlowLine } from '../../support/slow-line.ts';
import { hostName, remoteDomain, sender, toRemote } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import type { Figures, Row, Workload } from '../figures.ts';
import { checkMail, waitForMail } from '../maildir.ts';
import { sendByOriginal } from '../subjects/serialmail.ts';
import type { SubjectKind } from '../subjects/subject.ts';
import { command } from '../subjects/waypost.ts';
import { startIdle } from '../wait-until-idle.ts';
import { waitForEnd } from './drain.ts';

const bodyBytes = 2048;
const prefix = 'link-';
/** Patience for each message, for those who need many round trips. */
const roundTripsForEach = 20;

type Protocol = 'smtp' | 'qmtp';

export const link: Workload = {
  name: 'link',
  subjects: ['waypost', 'postfix', 'serialmail'],
  once: true,
  rows: ({ link: { messages, roundTripMs } }): readonly Row[] => [
    {
      key: 'link-smtp',
      what: `${messages} messages of 2 KB over a link of ${roundTripMs} ms by SMTP, after the connect`,
      unit: 'round trips',
      better: 'less',
      goal: messages + 6,
    },
    { key: 'link-qmtp', what: 'the same by QMTP', unit: 'round trips', better: 'less', goal: 4 },
  ],
  async measure(kind, run): Promise<Figures> {
    if (kind.name === 'postfix') return { 'link-smtp': await roundTripsOf(kind, 'smtp', run) };
    return {
      'link-smtp': await roundTripsOf(kind, 'smtp', run),
      'link-qmtp': await roundTripsOf(kind, 'qmtp', run),
    };
  },
};

async function roundTripsOf(kind: SubjectKind, protocol: Protocol, run: BenchRun): Promise<number> {
  const { messages, roundTripMs } = run.sizes.link;
  const far = await startFarHost(protocol, run);
  const line = await startSlowLine(run, { port: far.ports[protocol], oneWayMs: roundTripMs / 2 });
  if (kind.name === 'postfix') await sendByPostfix(kind, line, run);
  else {
    const maildir = makeMaildir(join(run.directory, `${protocol}-waiting`), messages);
    await (kind.name === 'waypost' ? sendByWaypost : sendBySerialmail)(protocol, maildir, line.port, run);
  }
  const { signal } = run;
  await waitForMail(far, messages, { signal, limitMs: 60_000 });
  await far.stop();
  checkMail(far.maildir, { count: messages, bodyBytes, each: 'Message-Id' });
  const { connections, roundTrips } = line.counts();
  // The first connect is not counted, those of further connections are.
  return roundTrips + connections - 1;
}

/** The host at the other end of the link: Waypost, which offers PIPELINING and QMTP. */
async function startFarHost(protocol: Protocol, run: BenchRun) {
  const directory = join(run.directory, `${protocol}-far`);
  mkdirSync(directory, { mode: 0o755 });
  const [user = ''] = toRemote.split('@');
  const { home, maildir } = await initHome(directory, remoteDomain, user);
  const host = await serve(run, home, ['--smtp', '127.0.0.1:0', '--qmtp', '127.0.0.1:0'], { quiet: true, command });
  const { smtp, qmtp } = host.ready;
  if (!smtp || !qmtp) throw new Error('the far host does not listen');
  return {
    maildir,
    ports: { smtp: smtp.port, qmtp: qmtp.port },
    stop: () => host.stop(),
    progress: () => ({ successes: 0, ended: 0, atMs: 0, problem: undefined }),
  };
}

/** Messages as qmail-local leaves them for a link, each a second older than the next. */
function makeMaildir(maildir: string, messages: number): string {
  for (const name of ['tmp', 'new', 'cur']) mkdirSync(join(maildir, name), { recursive: true });
  const body = `${'X'.repeat(78)}\n`.repeat(Math.ceil(bodyBytes / 78));
  for (let number = 0; number < messages; number++) {
    const path = join(maildir, 'new', `1.${String(number).padStart(4, '0')}.here`);
    const envelope = `Return-Path: <${sender}>\nDelivered-To: ${prefix}${toRemote}\n`;
    writeFileSync(path, `${envelope}Message-Id: <${number}@${hostName}>\n\n${body}`);
    const atSec = Date.now() / 1000 - 1000 + number;
    utimesSync(path, atSec, atSec);
  }
  return maildir;
}

/** What `waypost maildirsmtp` and `maildirqmtp` do, to another port. */
async function sendByWaypost(protocol: Protocol, maildir: string, port: number): Promise<void> {
  const peers = { heloHost: hostName, ip: undefined };
  const converse = protocol === 'smtp' ? bySmtp(peers, systemClock) : byQmtp(peers, systemClock);
  const code = await maildirSerial(
    { directory: maildir, prefix, lifetimeSec: undefined },
    {
      clock: systemClock,
      bounce: undefined,
      log: () => undefined,
      client: async (names, onResult) => {
        const files = { prefix, directory: `${maildir}/`, unableToOpen: (name: string) => new Error(name) };
        const socket = connect({ port, host: '127.0.0.1', noDelay: true });
        await converse(socket, messagesOf(names.values(), files), onResult);
        return { kind: 'exited', code: 0 };
      },
    },
  );
  if (code !== 0) throw new Error(`maildirserial ended with ${code}`);
}

async function sendBySerialmail(protocol: Protocol, maildir: string, port: number, run: BenchRun): Promise<void> {
  const names = readdirSync(join(maildir, 'new'))
    .sort()
    .map(name => `new/${name}`);
  const list = { names, maildir, prefix, port, heloHost: hostName };
  await sendByOriginal(protocol, list, { signal: run.signal, limitMs: patienceMs(run) });
}

/** Postfix gets the messages first, all at once, and sends them over one connection at a time. */
async function sendByPostfix(kind: SubjectKind, line: SlowLine, run: BenchRun): Promise<void> {
  const { messages } = run.sizes.link;
  const subject = await kind.open(run, { relayPort: line.port, oneConnection: true });
  await startIdle(subject, run);
  const plan = { port: subject.port(), connections: 10, messages, bodyBytes, recipient: toRemote };
  await run.load.send(plan, { signal: run.signal, limitMs: 60_000 });
  await waitForEnd(subject, run, { messages, deliveries: messages });
  await subject.stop();
}

function patienceMs(run: BenchRun): number {
  const { messages, roundTripMs } = run.sizes.link;
  return 60_000 + messages * roundTripMs * roundTripsForEach;
}
