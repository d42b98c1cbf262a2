// Postfix as a private instance in a temporary directory: never the machine's own. Needs root.
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { without } from '../../support/programs.ts';
import { toMaildir } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import { followLog, type LogPatterns } from '../log-follower.ts';
import { freePort, processTree, runToEnd } from '../processes.ts';
import { waitUntil } from '../wait.ts';
import { waitForPort } from '../wait-for-port.ts';
import { mainCf, masterCf } from './postfix-files.ts';
import { nobodyPort, type Subject, type SubjectKind, type SubjectOptions } from './subject.ts';

const nobody = 65_534;
const limitMs = 60_000;
const queueLimitMs = 600_000;
const sessions = 10;

const postfixLog: LogPatterns = {
  success: /status=sent /,
  trouble: /status=(bounced|deferred|expired) |: (warning|error|fatal|panic): /,
  ended: /qmgr\[\d+\]: \w+: removed$/,
};

/** @returns undefined when it is not installed, or nobody here may run it */
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
  const ownUid = Number(await runToEnd('id', ['-u', 'postfix'], { signal: run.signal, limitMs }));
  for (const path of [data, logPath]) chownSync(path, ownUid, 0); // postsuper, too, logs as postfix
  chownSync(mail, nobody, nobody);
  const log = followLog(logPath, postfixLog);
  const port = await freePort();
  const postfix = (command: string) => runToEnd('postfix', ['-c', config, command], { signal: run.signal, limitMs });
  const facts = { root, port, relayPort: options.relayPort ?? nobodyPort, mailUid: nobody };
  writeFileSync(join(config, 'master.cf'), masterCf(facts));
  let master: number | undefined;
  run.after(log.close);
  run.after(() => {
    if (master !== undefined) killTree(master);
  });

  async function start(holding: boolean): Promise<void> {
    writeFileSync(join(config, 'main.cf'), mainCf({ ...facts, holding }));
    await postfix('start');
    master = Number(readFileSync(join(spool, 'pid', 'master.pid'), 'latin1'));
    await waitForPort(port, { signal: run.signal, limitMs });
  }

  async function stop(): Promise<void> {
    const pid = master;
    await postfix('stop');
    await waitUntil('Postfix to end', () => pid === undefined || !isRunning(pid), { signal: run.signal, limitMs });
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
    pids: () => (master === undefined ? [] : processTree(master)),
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
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
