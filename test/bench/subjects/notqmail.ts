// notqmail, where the environment names a home that was installed for this: WAYPOST_BENCH_NOTQMAIL. Needs root.
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostName, toMaildir } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import { followLog, qmailLog } from '../log-follower.ts';
import { type Background, freePort, processTree, runToEnd, startProgram } from '../processes.ts';
import { within } from '../wait.ts';
import { waitForPort } from '../wait-for-port.ts';
import { controlFiles, user, writeDotQmail } from './qmail-home.ts';
import { emptyQueue, waitingMessages } from './qmail-queue-files.ts';
import { nobodyPort, type Subject, type SubjectKind, type SubjectOptions } from './subject.ts';

const nobody = 65_534;
const limitMs = 60_000;
const queueLimitMs = 600_000;
const sessions = 10;

/** @returns undefined when there is none, or this user may not run it */
export function findNotqmail(): SubjectKind | undefined {
  const home = process.env.WAYPOST_BENCH_NOTQMAIL;
  if (!home || process.getuid?.() !== 0) return undefined;
  if (!existsSync(join(home, 'bin', 'qmail-start'))) {
    throw new Error(`WAYPOST_BENCH_NOTQMAIL: ${home} is not a qmail home: it has no bin/qmail-start`);
  }
  // A host that ran on this home has put its own qmail-queue there: Waypost would be measured against itself.
  if (existsSync(join(home, 'bin', 'waypost'))) {
    throw new Error(`WAYPOST_BENCH_NOTQMAIL: Waypost has linked its programs into ${home}/bin; install notqmail again`);
  }
  return { name: 'notqmail', title: 'notqmail', open: (run, options) => openNotqmail(home, run, options) };
}

/** The home is overwritten, so it must be empty of configuration or have been configured here before. */
function claim(home: string): void {
  const me = join(home, 'control', 'me');
  if (existsSync(me) && readFileSync(me, 'latin1') !== `${hostName}\n`) {
    throw new Error(`${home} is configured for something else (${me}): the bench needs a qmail home of its own`);
  }
}

async function openNotqmail(home: string, run: BenchRun, options: SubjectOptions = {}): Promise<Subject> {
  claim(home);
  emptyQueue(home);
  const mailHome = join(run.directory, user);
  const maildir = join(mailHome, 'Maildir');
  for (const path of [mailHome, maildir, ...['tmp', 'new', 'cur'].map(name => join(maildir, name))]) {
    mkdirSync(path);
    chownSync(path, nobody, nobody);
  }
  writeDotQmail(mailHome);
  for (const [name, text] of Object.entries(controlFiles(options.relayPort ?? nobodyPort))) {
    writeFileSync(join(home, 'control', name), text);
  }
  const assigned = `${user}:${nobody}:${nobody}:${mailHome}`;
  writeFileSync(join(home, 'users', 'assign'), `=${user}:${assigned}:::\n+${user}-:${assigned}:-::\n.\n`);
  await runToEnd(join(home, 'bin', 'qmail-newu'), [], { signal: run.signal, limitMs });

  const logPath = join(run.directory, 'send.log');
  const log = followLog(logPath, qmailLog);
  run.after(log.close);
  const env = { PATH: `${join(home, 'bin')}:/usr/bin:/bin` };
  const port = await freePort();
  let send: Background | undefined;
  let smtpd: Background | undefined;
  run.after(() => {
    smtpd?.kill('SIGKILL');
    send?.kill('SIGTERM');
  });

  async function startSmtpd(): Promise<void> {
    const program = join(home, 'bin', 'qmail-smtpd');
    const server = join(import.meta.dirname, 'tcp-server.ts');
    smtpd = await startProgram(process.execPath, [server, String(port), program], { stdio: 'inherit', env });
    await waitForPort(port, { signal: run.signal, limitMs });
  }

  async function stopSmtpd(): Promise<void> {
    smtpd?.kill('SIGTERM');
    if (smtpd) await within('the SMTP server to end', limitMs, smtpd.ended);
    smtpd = undefined;
  }

  return {
    maildir,
    async start() {
      const fd = openSync(logPath, 'a');
      try {
        const start = join(home, 'bin', 'qmail-start');
        send = await startProgram(start, ['./Maildir/'], { stdio: ['ignore', fd, fd], env, cwd: '/' });
      } finally {
        closeSync(fd);
      }
      await startSmtpd();
    },
    async queueWhileStopped(messages, bodyBytes) {
      await startSmtpd();
      const plan = { port, connections: sessions, messages, bodyBytes, recipient: toMaildir };
      await run.load.send(plan, { signal: run.signal, limitMs: queueLimitMs });
      await stopSmtpd();
    },
    async stop() {
      await stopSmtpd();
      send?.kill('SIGTERM');
      if (send) await within('qmail-send to end', limitMs, send.ended);
      send = undefined;
    },
    waiting: () => waitingMessages(home),
    port: () => port,
    progress: log.progress,
    pids: () => [send, smtpd].flatMap(program => (program ? processTree(program.pid) : [])),
  };
}
