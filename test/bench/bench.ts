// npm run bench: every headline workload against Waypost and, in the same run, against the other mail servers that are installed.
// It prints one table. Exit code 1: a workload did not do its work, so its figure would mean nothing.

import { UserError } from '../../core/lib/user-error.ts';
import { build } from '../../main/build/build.ts';
import { type Arguments, parseArguments, wrongUsage } from './arguments.ts';
import { type Means, withPlace, withRun } from './bench-run.ts';
import { type Figures, medians, type Workload } from './figures.ts';
import { chooseLoadGenerator } from './load/load-generator.ts';
import { chooseSink } from './load/sink.ts';
import { describeMachine } from './machine.ts';
import { fullSizes, quickSizes } from './sizes.ts';
import { countSyncs } from './strace.ts';
import { findNotqmail } from './subjects/notqmail.ts';
import { findPostfix } from './subjects/postfix.ts';
import { findSerialmail } from './subjects/serialmail.ts';
import type { SubjectKind, SubjectName } from './subjects/subject.ts';
import { waypost } from './subjects/waypost.ts';
import { formatTable } from './table.ts';
import { bigMessage } from './workloads/big-message.ts';
import { fanoutDiscard, fanoutMaildir } from './workloads/fanout.ts';
import { fanoutRemote4k, fanoutRemote300 } from './workloads/fanout-remote.ts';
import { idle } from './workloads/idle.ts';
import { link } from './workloads/link.ts';
import { queuedThenDelivered } from './workloads/queued.ts';
import { smtpBurst } from './workloads/smtp-burst.ts';
import { waiting } from './workloads/waiting.ts';

const workloads: readonly Workload[] = [
  smtpBurst,
  fanoutDiscard,
  fanoutMaildir,
  queuedThenDelivered,
  fanoutRemote300,
  fanoutRemote4k,
  waiting,
  bigMessage,
  idle,
  link,
];

async function main(args: Arguments, place: string, signal: AbortSignal): Promise<number> {
  await build({ parts: ['cli'] });
  const sizes = args.quick ? quickSizes : fullSizes;
  const means: Means = { place, sizes, runs: args.runs, load: chooseLoadGenerator(), sink: chooseSink(), signal };
  const found = [waypost, await findPostfix(signal), findNotqmail(), findSerialmail()];
  const kinds = found.filter(kind => kind !== undefined);
  const how = `${args.quick ? 'quick: small workloads, ' : ''}${args.runs === 1 || args.strace ? '1 run' : `medians of ${args.runs} runs`}`;
  print(`${kinds.map(kind => kind.title).join(', ')}; ${how}; load: ${means.load.name}, ${means.sink.name}`);
  print(`${describeMachine(place)}\n`);
  if (args.strace) {
    print(
      await countSyncs(
        kinds.filter(({ name }) => name !== 'serialmail'),
        means,
      ),
    );
    return 0;
  }

  const chosen = workloads.filter(({ name, rows }) => isChosen(args, [name, ...rows(sizes).map(row => row.key)]));
  if (chosen.length === 0) throw wrongUsage(`--only ${args.only}: there is no such workload.`);
  const measured = new Map<SubjectName, Figures>(kinds.map(kind => [kind.name, {}]));
  let failures = 0;
  for (const workload of chosen.filter(({ rows }) => rows(sizes).length > 0)) {
    const { results, failed } = await measureAll(workload, kinds, means);
    failures += failed;
    for (const [name, figures] of results) measured.set(name, { ...measured.get(name), ...figures });
  }
  print(
    `\n${formatTable(
      chosen.flatMap(({ rows }) => rows(sizes)),
      measured,
    )}`,
  );
  return failures === 0 ? 0 : 1;
}

/** All runs of one workload, the subjects in turn, so that a disturbance of the machine meets all of them. */
async function measureAll(workload: Workload, kinds: readonly SubjectKind[], means: Means) {
  const taking = kinds.filter(kind => workload.subjects.includes(kind.name));
  const runs = new Map<SubjectName, Figures[]>(taking.map(kind => [kind.name, []]));
  let failed = 0;
  for (let turn = 0; turn < (workload.once ? 1 : means.runs); turn++) {
    for (const kind of taking) {
      try {
        const startMs = performance.now();
        const figures = await withRun(means, run => workload.measure(kind, run));
        runs.get(kind.name)?.push(figures);
        const tookSec = ((performance.now() - startMs) / 1000).toFixed(1);
        tell(`${workload.name}, ${kind.name}, ${tookSec} s: ${describe(figures)}`);
      } catch (error) {
        if (means.signal.aborted) throw error;
        failed++;
        tell(`FAILED: ${workload.name}, ${kind.name}: ${reasons(error)}`);
      }
    }
  }
  return { failed, results: [...runs].map(([name, figures]) => [name, medians(figures)] as const) };
}

function isChosen({ only }: Arguments, names: readonly string[]): boolean {
  return only.length === 0 || names.some(name => only.includes(name));
}

function describe(figures: Figures): string {
  return Object.entries(figures)
    .map(([key, value]) => `${key} ${value.toPrecision(4)}`)
    .join(', ');
}

function reasons(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${reasons(error.cause)})`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress, for the user: not part of the result. */
function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());
try {
  const args = parseArguments(process.argv.slice(2));
  process.exitCode = await withPlace(place => main(args, place, interrupted.signal));
} catch (error) {
  process.stderr.write(interrupted.signal.aborted ? 'interrupted\n' : `bench: ${reasons(error)}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
