// The dialogues of qmail-smtpd, held with notqmail's where it is installed: what our tests expect of ours is what it does,
// except for one odd sender.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runNotqmail, withoutNotqmail } from '../support/notqmail.ts';
import { writeControl } from '../support/queue-rig.ts';
import { plainMessage, plainReplies, type SmtpVector, smtpVectors } from '../support/smtp/vectors.ts';
import { tempDir } from '../support/temp-dir.ts';

const skip = withoutNotqmail('qmail-smtpd');

/** Holds the dialogue; a qmail-queue keeps what it gets, unless it is to refuse. */
function talk(t: TestContext, { control, environment, queueCode, send }: SmtpVector) {
  const home = tempDir(t);
  const files = Object.entries({ me: 'heaven.af.mil\n', rcpthosts: 'heaven.af.mil\n', ...control });
  writeControl(home, Object.fromEntries(files.filter((file): file is [string, string] => file[1] !== undefined)));
  mkdirSync(join(home, 'users'));
  const [queue, kept] = [join(home, 'qmail-queue'), (name: string) => join(home, name)];
  const keep = `cat > ${kept('message')}; cat <&1 > ${kept('envelope')}; exit ${queueCode ?? 0}`;
  writeFileSync(queue, `#!/bin/sh\n${keep}\n`, { mode: 0o755 });
  const env = { PATH: process.env.PATH, ...environment, QMAILQUEUE: queue };
  const { stdout, status } = runNotqmail(home, 'qmail-smtpd', [], send, env);
  // Without its end an envelope is withdrawn.
  const envelope = existsSync(kept('envelope')) ? readFileSync(kept('envelope'), 'latin1') : '';
  const isQueued = envelope.endsWith('\0\0') && queueCode === undefined;
  const message = isQueued ? plainMessage(readFileSync(kept('message'), 'latin1')) : '';
  return { replies: plainReplies(stdout), queued: isQueued ? [{ envelope, message }] : [], code: status };
}

for (const vector of smtpVectors) {
  const { name, replies, exitCode = 0, theirEnvelope } = vector;
  const queued = (vector.queued ?? []).map(({ envelope, message }) => ({
    envelope: theirEnvelope ?? envelope,
    message,
  }));
  test(`notqmail's qmail-smtpd: ${name} → ${theirEnvelope ? 'another envelope than ours' : 'as ours'}`, { skip }, t => {
    assert.deepEqual(talk(t, vector), { replies, queued, code: exitCode });
  });
}
