import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createDirectorySync } from '../../../core/lib/directory-sync.ts';
import { createUniqueName, deliverToMaildir } from '../../../core/local/maildir.ts';
import { MessageReadError } from '../../../core/local/message-reader.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { testClock } from './local-rig.ts';

function maildir(t: TestContext): string {
  const dir = join(tempDir(t), 'Maildir');
  for (const part of ['', 'tmp', 'new', 'cur']) mkdirSync(join(dir, part));
  return dir;
}

function deps(names: string[] = ['name']) {
  return { uniqueName: () => names.shift() ?? 'name', syncDirectory: createDirectorySync() };
}

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text, 'latin1');
}

function contents(dir: string): string[] {
  return ['tmp', 'new', 'cur'].flatMap(part => readdirSync(join(dir, part)).map(name => `${part}/${name}`));
}

test('deliverToMaildir: a message → one file in new, lines on top, bytes unchanged, mode 0600', async t => {
  const dir = maildir(t);
  const head = 'Return-Path: <s@h>\nDelivered-To: l@h\n';
  assert.equal(await deliverToMaildir(`${dir}/`, head, pieces('From x\r\n\xff\0', 'no end'), deps()), undefined);
  assert.deepEqual(contents(dir), ['new/name']);
  assert.equal(readFileSync(join(dir, 'new/name'), 'latin1'), `${head}From x\r\n\xff\0no end`);
  assert.equal(statSync(join(dir, 'new/name')).mode & 0o777, 0o600);
});

test('deliverToMaildir: name taken in tmp → the next name', async t => {
  const dir = maildir(t);
  writeFileSync(join(dir, 'tmp/a'), '');
  assert.equal(await deliverToMaildir(dir, '', pieces('x'), deps(['a', 'b'])), undefined);
  assert.deepEqual(contents(dir), ['tmp/a', 'new/b']);
});

const failures: [what: string, harm: (dir: string) => void, text: RegExp][] = [
  [
    'name taken in new',
    dir => writeFileSync(join(dir, 'new/name'), 'old'),
    /^Temporary error on maildir delivery\. \(#4\.3\.0\)/,
  ],
  [
    'new missing',
    dir => rmSync(join(dir, 'new'), { recursive: true }),
    /^Temporary error on maildir delivery\. \(#4\.3\.0\)/,
  ],
  [
    'tmp missing',
    dir => rmSync(join(dir, 'tmp'), { recursive: true }),
    /^Temporary error on maildir delivery\. \(#4\.3\.0\)/,
  ],
  ['no such folder', dir => rmSync(dir, { recursive: true }), /^Unable to chdir to maildir\. \(#4\.2\.1\)$/],
];
for (const [what, harm, text] of failures) {
  test(`deliverToMaildir: ${what} → deferred, nothing left in tmp, nothing replaced`, async t => {
    const dir = maildir(t);
    harm(dir);
    const stop = await deliverToMaildir(dir, '', pieces('x'), deps());
    assert.equal(stop?.exit, 111);
    assert.match(stop.text, text);
    const tmp = join(dir, 'tmp');
    assert.deepEqual(statSync(tmp, { throwIfNoEntry: false }) ? readdirSync(tmp) : [], []);
    if (what === 'name taken in new') assert.equal(readFileSync(join(dir, 'new/name'), 'latin1'), 'old');
  });
}

test('deliverToMaildir: message unreadable halfway → deferred, nothing left behind', async t => {
  const dir = maildir(t);
  async function* broken() {
    yield Buffer.from('half');
    throw new MessageReadError(new Error('EIO'));
  }
  assert.deepEqual(await deliverToMaildir(dir, '', broken(), deps()), {
    exit: 111,
    text: 'Unable to read message. (#4.3.0)',
  });
  assert.deepEqual(contents(dir), []);
});

test('deliverToMaildir: the directory cannot be synced → deferred and taken back', async t => {
  const dir = maildir(t);
  const syncDirectory = async () => {
    throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
  };
  const stop = await deliverToMaildir(dir, '', pieces('x'), { ...deps(), syncDirectory });
  assert.match(stop?.text ?? '', /i\/o error/);
  assert.deepEqual(contents(dir), []);
});

test('deliverToMaildir: the new name is synced after the message is there whole', async t => {
  const dir = maildir(t);
  const synced: string[] = [];
  const syncDirectory = async (path: string) => {
    synced.push(path, readFileSync(join(dir, 'new/name'), 'latin1'));
  };
  await deliverToMaildir(dir, 'H\n', pieces('x'), { ...deps(), syncDirectory });
  assert.deepEqual(synced, [`${dir}/new`, 'H\nx']);
});

test('deliverToMaildir: a folder whose name is not UTF-8 → found by its bytes', async t => {
  const base = tempDir(t);
  const dir = `${base}/b\xe9`;
  for (const part of ['', '/tmp', '/new']) mkdirSync(Buffer.from(dir + part, 'latin1'));
  assert.equal(await deliverToMaildir(dir, '', pieces('x'), deps()), undefined);
  assert.deepEqual(readdirSync(Buffer.from(`${dir}/new`, 'latin1')), ['name']);
});

test('uniqueName: any host name → no slash, no colon, never the same twice', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), hostName => {
      const next = createUniqueName({ clock: testClock, hostName, pid: 5 });
      const names = [next(), next()];
      assert.equal(new Set(names).size, 2);
      for (const name of names) assert.match(name, /^1795252616\.M0P5Q\d+\.[^/:]*$/);
    }),
  );
  assert.equal(createUniqueName({ clock: testClock, hostName: 'a/b:c', pid: 5 })(), '1795252616.M0P5Q1.a\\057b\\072c');
});
