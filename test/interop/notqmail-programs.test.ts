// The same calls of programs for .qmail lines, made of notqmail's own programs where they are installed: what our tests
// expect of ours is what qmail does.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Case, cases, usualEnv, usualMessage } from '../core/local/programs/cases.ts';
import { tempDir } from '../support/temp-dir.ts';

const bin = '/var/qmail/bin';
const skip = existsSync(`${bin}/condredirect`) ? false : `no programs of qmail in ${bin}`;

/** Runs it with a qmail-queue that keeps what it gets. */
function call(t: TestContext, name: string, { args, env, message = usualMessage }: Case) {
  const dir = tempDir(t);
  const queue = join(dir, 'queue');
  writeFileSync(queue, `#!/bin/sh\ncat > ${dir}/queued; cat <&1 > ${dir}/envelope\n`, { mode: 0o755 });
  writeFileSync(join(dir, 'message'), message, 'latin1');
  const ended = spawnSync(`${bin}/${name}`, args, {
    cwd: dir,
    env: { PATH: process.env.PATH, ...usualEnv, ...env, QMAILQUEUE: queue },
    stdio: [openSync(join(dir, 'message'), 'r'), 'pipe', 'pipe'],
    encoding: 'latin1',
  });
  const read = (file: string) => readFileSync(join(dir, file), 'latin1');
  const queued = existsSync(join(dir, 'envelope')) ? [[read('envelope'), read('queued')]] : [];
  return { code: ended.status, says: (ended.stdout + ended.stderr).replace(/qp \d+/, 'qp N'), queued };
}

for (const [name, itsCases] of Object.entries(cases)) {
  for (const one of itsCases.filter(({ oursAlone }) => !oursAlone)) {
    test(`notqmail's ${name}: ${one.what} → as ours`, { skip }, t => {
      const { code, says = '', queued } = one;
      assert.deepEqual(call(t, name, one), { code, says, queued: queued ? [queued] : [] });
    });
  }
}
