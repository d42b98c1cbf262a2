// npm run mutants [-- ROOM …] [--only N] [--choose N --seed S]: puts the faults of the list into a copy of the tree, one at a
// time, and runs the tests of the room. A fault that no test notices is printed; a room with fewer than 95 % noticed fails.
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseFaults, findListed, type ListedFault, parseList, rooms } from './fault-list.ts';
import { testsByFile } from './tests-of.ts';

const least = 0.95;
const testTimeoutMs = 60_000;
const batchTimeoutMs = 240_000;
/** The nearest tests run first, and alone: they notice most. */
const batches = [2, 6, Number.POSITIVE_INFINITY];

const root = join(import.meta.dirname, '..', '..');
const listPath = join(import.meta.dirname, 'faults.txt');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, choose: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
if (values.choose === undefined) process.exitCode = await runAll();
else writeFileSync(listPath, chooseFaults(root, Number(values.choose), Number(values.seed)));

async function runAll(): Promise<number> {
  const { faults, stale } = findListed(root, parseList(readFileSync(listPath, 'utf8')));
  for (const { file, text } of stale) say(`stale: ${file} no longer has the line: ${text}`);
  const copy = copyTree();
  const testsOf = testsByFile(copy);
  let code = stale.length > 0 ? 1 : 0;
  try {
    for (const room of positionals.length > 0 ? positionals : Object.keys(rooms)) {
      const own = faults.filter(fault => fault.room === room && fault.equivalent === '');
      const some = own.slice(0, values.only === undefined ? undefined : Number(values.only));
      if ((await runRoom(room, some, copy, testsOf)) < least) code = 1;
    }
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
  return code;
}

/** @returns the share of the faults that was noticed */
async function runRoom(
  room: string,
  faults: readonly ListedFault[],
  copy: string,
  testsOf: ReturnType<typeof testsByFile>,
): Promise<number> {
  let noticed = 0;
  for (const fault of faults) {
    const by = await noticedBy(fault, copy, testsOf(fault.file, rooms[room]?.tests ?? ''));
    if (by !== undefined) noticed++;
    else say(`not noticed: ${fault.file}:${fault.line}: ${shown(fault)}`);
  }
  const share = faults.length === 0 ? 1 : noticed / faults.length;
  say(`${room}: ${noticed} of ${faults.length} noticed (${(share * 100).toFixed(0)} %)`);
  return share;
}

/** @returns the tests that failed; undefined: all passed */
async function noticedBy(
  { file, fault, source }: ListedFault,
  copy: string,
  tests: readonly string[],
): Promise<string | undefined> {
  const path = join(copy, file);
  // The copy's files are links to the tree's: a new file leaves those as they are.
  rmSync(path);
  writeFileSync(path, source.slice(0, fault.start) + fault.replacement + source.slice(fault.end));
  try {
    for (let at = 0, batch = 0; at < tests.length; batch++) {
      const some = tests.slice(at, at + (batches[batch] ?? Number.POSITIVE_INFINITY));
      at += some.length;
      if (!(await passes(copy, some))) return some.join(' ');
    }
    return undefined;
  } finally {
    rmSync(path);
    copyFileSync(join(root, file), path);
  }
}

/** Tests that hang have noticed it too. */
function passes(copy: string, tests: readonly string[]): Promise<boolean> {
  const options = ['--test', '--test-concurrency=2', `--test-timeout=${testTimeoutMs}`, '--test-force-exit'];
  const child = spawn(process.execPath, [...options, ...tests], { cwd: copy, stdio: 'ignore', detached: true });
  return new Promise((resolve, reject) => {
    const end = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(end, batchTimeoutMs);
    child.once('error', reject);
    child.once('exit', code => {
      clearTimeout(timer);
      try {
        end();
      } catch {
        // The group has ended with its leader.
      }
      resolve(code === 0);
    });
  });
}

function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'waypost-mutants-'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    linkOrCopy(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function shown({ fault, source }: ListedFault): string {
  const text = source.slice(fault.start, fault.end).split('\n')[0];
  return `${text} became ${fault.replacement.split('\n')[0]}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
