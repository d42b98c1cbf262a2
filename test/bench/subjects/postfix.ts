// Postfix as a private instance in a temporary directory: never the machine's own. Needs root.
import { chownSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { without } from '../../support/programs.ts';
import { toMaildir } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import { followLog, type LogPatterns } from '../log-follower.ts';
import { type Background, freePort, processTree, runToEnd, startProgram } from '../processes.ts';
import { within } from '../wait.ts';
import { waitForPort } from '../wait-for-port.ts';
import { mainCf, masterCf } from './postfix-files.ts';
import { nobodyPort, type Subject, type SubjectKind, type SubjectOptions } from './subject.ts';

const nobody = 65_534;
const limitMs = 60_000;
const queueLimitMs = 600_000;
const sessions = 10;

const postfixLog: LogPatterns = {
  success: /status=sent /,
  problem: /status=(bounced|deferred|expired) |: (error|fatal|panic): /,
  ended: /qmgr\[\d+\]: \w+: removed$/,
};

/** @returns undefined when it is not installed, or this user may not run it */
export async function findPostfix(signal: AbortSignal): Promise<SubjectKind | undefined> {
  if (without('postfix') !== false || process.getuid?.() !== 0) return undefined;
  const version = await runToEnd('postconf', ['-d', '-h', 'mail_version'], { signal, limitMs });
  return { name: 'postfix', title: `Postfix ${version.trim()}`, open: openPostfix };
}

async function openPostfix(run: BenchRun, options: SubjectOptions = {}): Promise<Subject> {
  const root = join(run.directory, 'postfix');
  const [config, spool, data, mail] = [join(root, 'etc'), join(root, 'spool'), join(root, 'data'), join(root, 'mail')];
  for (const path of [root, config, spool, data, mail]) mkdirSync(path, { mode: 0o755 });
  const logPath = join(root, 'maillog');
  writeFileSync(logPath, '');
  const daemons = (
    await runToEnd('postconf', ['-d', '-h', 'daemon_directory'], { signal: run.signal, limitMs })
  ).trim();
  const ownUid = Number(await runToEnd('id', ['-u', 'postfix'], { signal: run.signal, limitMs }));
  for (const path of [data, logPath]) chownSync(path, ownUid, 0); // postsuper, too, logs as postfix
  chownSync(mail, nobody, nobody);
  const log = followLog(logPath, postfixLog);
  const port = await freePort();
  const { relayPort = nobodyPort, oneConnection = false } = options;
  const facts = { root, port, relayPort, oneConnection, mailUid: nobody };
  writeFileSync(join(config, 'master.cf'), masterCf(facts));
  configure(false);
  await runToEnd('postfix', ['-c', config, 'check'], { signal: run.signal, limitMs }); // makes what spool needs
  let master: Background | undefined;
  run.after(log.close);
  run.after(() => {
    if (master) killTree(master.pid);
  });

  /** Postfix waits for two seconds before it reads a file that has just changed; this one looks older. */
  function configure(holding: boolean): void {
    const path = join(config, 'main.cf');
    writeFileSync(path, mainCf({ ...facts, holding }));
    const lately = new Date(Date.now() - 60_000);
    utimesSync(path, lately, lately);
  }

  /** What `postfix start-fg` runs after its checks, which take seconds. */
  async function start(holding: boolean): Promise<void> {
    configure(holding);
    const program = join(daemons, 'master');
    master = await startProgram(program, ['-s', '-c', config], { stdio: 'ignore', detached: true });
    await waitForPort(port, { signal: run.signal, limitMs });
  }

  /** What `postfix stop` does. */
  async function stop(): Promise<void> {
    master?.kill('SIGTERM');
    if (master) await within('Postfix to end', limitMs, master.ended);
    master = undefined;
  }

  return {
    maildir: join(mail, 'Maildir'),
    start: () => start(false),
    /** Its scheduler is stopped when all of it is; mail is put on hold first, and released while nothing runs. */
    async queueWhileStopped(messages, bodyBytes) {
      await start(true);
      const plan = { port, connections: sessions, messages, bodyBytes, recipient: toMaildir };
      await run.load.send(plan, { signal: run.signal, limitMs: queueLimitMs });
      await stop();
      await runToEnd('postsuper', ['-c', config, '-H', 'ALL'], { signal: run.signal, limitMs });
    },
    stop,
    waiting: () =>
      ['maildrop', 'incoming', 'active', 'deferred', 'hold']
        .flatMap(name => readdirSync(join(spool, name), { recursive: true, withFileTypes: true }))
        .filter(entry => entry.isFile()).length,
    port: () => port,
    progress: log.progress,
    pids: () => (master ? processTree(master.pid) : []),
  };
}

function killTree(pid: number): void {
  for (const member of processTree(pid)) {
    try {
      process.kill(member, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
