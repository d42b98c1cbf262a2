// Addresses are bytes: those of arguments and environment that are not UTF-8 arrive as they are, in every program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addressFromText, textFromBytes } from '../../../core/message/address.ts';
import { rawArguments, rawEnvironment } from '../../../main/cli/raw-process.ts';
import { command as waypost } from '../../support/command.ts';
import { homeWithQueue, queuedIn } from '../../support/home-with-queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const skip = process.platform === 'linux' ? false : 'only Linux tells the bytes';

test('bytes as text and back: any bytes → the same', () => {
  const all = Buffer.from(Array.from({ length: 65_536 }, (_, at) => [at >> 8, at & 255]).flat());
  const odd = [
    'caf\xc3\xa9',
    'caf\xe9',
    '\xff',
    '\xf0\x9f\x93\xac',
    '\xf0\x9f\x93',
    '\xed\xa0\x80',
    '\xc0\x80',
    '\xef\xbf\xbd',
    '',
  ];
  for (const raw of [all, ...odd.map(text => Buffer.from(text, 'latin1'))]) {
    assert.equal(addressFromText(textFromBytes(raw)), raw.toString('latin1'));
  }
  assert.equal(textFromBytes(Buffer.from('caf\xc3\xa9 \xf0\x9f\x93\xac', 'latin1')), 'café 📬');
});

/** Runs a line of the shell, whose words have bytes that Node cannot pass. */
function inShell(line: string, env: NodeJS.ProcessEnv): number | null {
  const script = join(env.DIR ?? '', 'script');
  writeFileSync(script, line, 'latin1');
  const input = 'Subject: x\n\nHi.\n';
  return spawnSync('sh', [script], { env: { PATH: process.env.PATH, ...env }, input }).status;
}

test('sendmail: addresses and names with bytes that are not UTF-8 → queued so', { skip }, t => {
  const home = homeWithQueue(t);
  const call = `QMAILNAME="J\xe9" exec ${process.execPath} ${waypost} sendmail -f "s\xe8-@x.y" "joe-\xe9@me.example" caf\xc3\xa9`;
  assert.equal(inShell(call, { WAYPOST_HOME: home, DIR: tempDir(t), QMAILUSER: 'al' }), 0);
  const [only = assert.fail()] = queuedIn(home);
  assert.match(only.envelope, /\|Fs\xe8-@x\.y\|Tjoe-\xe9@me\.example\|Tcaf\xc3\xa9@me\.example\|$/);
});

test('qmail-inject, forward: the environment → the same bytes', { skip }, t => {
  const home = homeWithQueue(t);
  const env = { WAYPOST_HOME: home, DIR: tempDir(t) };
  const node = `exec ${process.execPath} ${waypost}`;
  assert.equal(inShell(`QMAILNAME="J\xe9" QMAILUSER="l\xe9" ${node} qmail-inject al`, env), 0);
  const [injected = assert.fail()] = queuedIn(home);
  assert.match(injected.message, /\nFrom: "J\xe9" <"l\xe9"@me\.example>\n/);
  assert.match(injected.envelope, /\|Fl\xe9@me\.example\|/);
  const forwarded = homeWithQueue(t);
  const line = `NEWSENDER="s\xe9@x" DTLINE="Delivered-To: a\xe9@b
" ${node} forward "b\xe9@c.d"`;
  assert.equal(inShell(line, { ...env, WAYPOST_HOME: forwarded }), 0);
  assert.match(queuedIn(forwarded)[0]?.envelope ?? '', /\|Fs\xe9@x\|Tb\xe9@c\.d\|$/);
});

test('a system that does not tell the bytes → refused, where an address would be another', () => {
  const nothing = () => undefined;
  const refused = { exitCode: 100, message: /^an argument holds bytes that are not UTF-8/ };
  assert.throws(() => rawArguments(['a', 'joe-\ufffd@x'], nothing), refused);
  assert.throws(() => rawEnvironment({ SENDER: '\ufffd' }, nothing), { exitCode: 100, message: /^SENDER holds bytes/ });
  assert.deepEqual(rawEnvironment({ LS_COLORS: '\ufffd' }, nothing), { LS_COLORS: '\ufffd' });
  assert.deepEqual(rawArguments(['joe'], nothing), ['joe']);
});
