// How many fsyncs one message costs, counted by the kernel's tracer: the burst again, with strace on every process.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSbin } from '../support/programs.ts';
import { type BenchRun, type Means, withRun } from './bench-run.ts';
import type { SubjectKind } from './subjects/subject.ts';
import { waitUntil, within } from './wait.ts';
import { stopEmpty, waitForEnd } from './workloads/drain.ts';
import { burst, checkBurst } from './workloads/smtp-burst.ts';

const calls = ['fsync', 'fdatasync', 'syncfs'] as const;
const attachLimitMs = 20_000;

/** Calls per message of the smtp-delivered workload; none were counted while the host started or stopped. */
export type SyncCounts = Readonly<Record<(typeof calls)[number], number>>;

/** Markdown lines, one per subject. */
export async function countSyncs(kinds: readonly SubjectKind[], means: Means): Promise<string> {
  const lines = [`| calls per message | ${calls.join(' | ')} |`, `|---|${'--:|'.repeat(calls.length)}`];
  for (const kind of kinds) {
    const counts = await withRun(means, run => countOne(kind, run));
    lines.push(`| ${kind.title} | ${calls.map(call => counts[call].toFixed(3)).join(' | ')} |`);
  }
  return lines.join('\n');
}

async function countOne(kind: SubjectKind, run: BenchRun): Promise<SyncCounts> {
  const { burst: messages } = run.sizes;
  const subject = await kind.open(run);
  await subject.start();
  const detach = await attach(subject.pids(), run);
  await burst(subject, run, messages);
  await waitForEnd(subject, run, { messages, deliveries: messages });
  const summary = await detach();
  await stopEmpty(subject);
  checkBurst(subject, messages);
  const perMessage = calls.map(call => [call, callsIn(summary, call) / messages]);
  return Object.fromEntries(perMessage) as SyncCounts;
}

/** Has strace count until the returned function is called, which answers with its summary. */
async function attach(pids: readonly number[], run: BenchRun): Promise<() => Promise<string>> {
  const summaryPath = join(run.directory, 'strace.txt');
  const args = [
    '-f',
    '-c',
    '-e',
    `trace=${calls.join(',')}`,
    '-o',
    summaryPath,
    ...pids.flatMap(pid => ['-p', String(pid)]),
  ];
  const tracer = spawn('strace', args, { env: withSbin(), stdio: ['ignore', 'ignore', 'pipe'] });
  run.after(() => tracer.kill('SIGKILL'));
  const ended = new Promise(resolve => tracer.once('close', resolve));
  let told = '';
  tracer.stderr.setEncoding('utf8').on('data', text => {
    told += text;
  });
  tracer.once('error', error => {
    told += error.message;
  });
  const attached = () => pids.every(pid => told.includes(`Process ${pid} attached`));
  try {
    await waitUntil('strace to attach', attached, { signal: run.signal, limitMs: attachLimitMs, everyMs: 20 });
  } catch (error) {
    throw new Error(`strace did not attach to ${pids.join(', ')}; it says: ${told || 'nothing'}`, { cause: error });
  }
  return async () => {
    tracer.kill('SIGINT');
    await within('strace to end', attachLimitMs, ended);
    return readFileSync(summaryPath, 'utf8');
  };
}

/** The calls column of a line such as `99.10  0.5  12  4711  3 fsync`; errors may be missing. */
function callsIn(summary: string, call: string): number {
  const line = summary.split('\n').find(each => each.trim().endsWith(` ${call}`));
  return line === undefined ? 0 : Number(line.trim().split(/\s+/)[3]);
}
