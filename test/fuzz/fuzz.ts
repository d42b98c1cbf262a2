// npm run fuzz [-- --sessions N] [--seed S] [PROTOCOL …]: every fuzzer in its full form. The seed that it prints, given
// to it, plays the same sessions again.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sessions: { type: 'string', default: '10000' }, seed: { type: 'string' } },
});
const seed = values.seed ?? String(randomInt(2 ** 31));
const files = globSync('*.test.ts', { cwd: import.meta.dirname }).filter(
  file => positionals.length === 0 || positionals.includes(file.replace('.test.ts', '')),
);
process.stdout.write(`${values.sessions} sessions each from seed ${seed}: ${files.join(', ')}\n`);
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], {
  cwd: import.meta.dirname,
  stdio: 'inherit',
  env: { ...process.env, WAYPOST_FUZZ_SESSIONS: values.sessions, WAYPOST_FUZZ_SEED: seed },
});
process.exitCode = status ?? 1;
