// Every way into a Maildir: whole or streamed, fsynced here or by the caller that has promised it.
import assert from 'node:assert/strict';
import { fstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createDirectorySync } from '../../../../core/lib/disk/directory-sync.ts';
import { deliverToMaildir, type MaildirDeps, type MaildirMessage } from '../../../../core/local/into/maildir.ts';
import { MessageReadError } from '../../../../core/local/message/message-reader.ts';
import { createUniqueName, sizeInName, withSize } from '../../../../core/paper-path/maildir-names.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { testClock } from '../local-rig.ts';

function maildir(t: TestContext): string {
  const dir = join(tempDir(t), 'Maildir');
  for (const part of ['', 'tmp', 'new', 'cur']) mkdirSync(join(dir, part));
  return dir;
}

function deps(names: string[] = ['name']): MaildirDeps {
  return { uniqueName: () => names.shift() ?? 'name', syncDirectory: createDirectorySync() };
}

function small(text: string): MaildirMessage {
  const raw = Buffer.from(text, 'latin1');
  return { sizeBytes: raw.length, whole: () => raw, pieces: () => [raw] };
}

/** A message that says it has `sizeBytes` and comes in these pieces. */
function streamed(texts: readonly string[], sizeBytes = texts.join('').length): MaildirMessage {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const text of texts) yield Buffer.from(text, 'latin1');
  }
  return { sizeBytes, whole: () => undefined, pieces };
}

function contents(dir: string): string[] {
  return ['tmp', 'new', 'cur'].flatMap(part => readdirSync(join(dir, part)).map(name => `${part}/${name}`));
}

const messages: [how: string, message: MaildirMessage][] = [
  ['small', small('From x\r\n\xff\0no end')],
  ['streamed', streamed(['From x\r\n\xff\0', 'no end'])],
];
for (const [how, message] of messages) {
  test(`deliverToMaildir: a ${how} message → one file in new, lines on top, bytes unchanged, mode 0600 (local.md 7)`, async t => {
    const dir = maildir(t);
    const head = 'Return-Path: <s@h>\nDelivered-To: l@h\n';
    assert.equal(await deliverToMaildir(`${dir}/`, head, message, deps()), undefined);
    assert.deepEqual(contents(dir), ['new/name,S=53']);
    assert.equal(readFileSync(join(dir, 'new/name,S=53'), 'latin1'), `${head}From x\r\n\xff\0no end`);
    assert.equal(statSync(join(dir, 'new/name,S=53')).mode & 0o777, 0o600);
  });

  test(`deliverToMaildir: a ${how} message on a file system that is not synced as a whole → fsynced here`, async t => {
    const dir = maildir(t);
    let synced = 0;
    const stop = await deliverToMaildir(dir, '', message, {
      ...deps(),
      syncFile: async () => void synced++,
      deferSync: () => assert.fail('deferred'),
      canDefer: () => false,
    });
    assert.deepEqual([stop, synced, contents(dir).length], [undefined, 1, 1]);
  });

  test(`deliverToMaildir: a ${how} message, the sync deferred → no fsync here; reported when the file is in new`, async t => {
    const dir = maildir(t);
    const told: unknown[] = [];
    const stop = await deliverToMaildir(`${dir}//`, 'H\n', message, {
      ...deps(),
      syncFile: () => assert.fail('synced'),
      syncDirectory: () => assert.fail('synced'),
      deferSync: path => told.push(path, contents(dir)),
    });
    assert.deepEqual([stop, told], [undefined, [dir, ['new/name,S=18']]]);
  });

  test(`deliverToMaildir: a ${how} message, the deferred sync refused → deferred and taken back`, async t => {
    const dir = maildir(t);
    const deferSync = () => {
      throw Object.assign(new Error('EMFILE: too many open files, open'), { code: 'EMFILE' });
    };
    const stop = await deliverToMaildir(dir, '', message, { ...deps(), deferSync });
    assert.deepEqual(stop, {
      exit: 111,
      text: `Temporary error on maildir delivery. (#4.3.0)\ntoo many open files: ${dir}`,
    });
    assert.deepEqual(contents(dir), []);
  });
}

test('deliverToMaildir: name taken in tmp → the next name', async t => {
  const dir = maildir(t);
  writeFileSync(join(dir, 'tmp/a,S=1'), '');
  assert.equal(await deliverToMaildir(dir, '', small('x'), deps(['a', 'b'])), undefined);
  assert.deepEqual(contents(dir), ['tmp/a,S=1', 'new/b,S=1']);
});

const temporary = /^Temporary error on maildir delivery\. \(#4\.3\.0\)\n[a-z]/;
const failures: [what: string, harm: (dir: string) => void, text: RegExp][] = [
  ['name taken in new', dir => writeFileSync(join(dir, 'new/name,S=1'), 'old'), temporary],
  ['new missing', dir => rmSync(join(dir, 'new'), { recursive: true }), temporary],
  ['tmp missing', dir => rmSync(join(dir, 'tmp'), { recursive: true }), temporary],
  ['no such folder', dir => rmSync(dir, { recursive: true }), /^Unable to chdir to maildir\. \(#4\.2\.1\)$/],
  [
    'a file in its place',
    dir => {
      rmSync(dir, { recursive: true });
      writeFileSync(dir, '');
    },
    /^Unable to chdir to maildir\. \(#4\.2\.1\)$/,
  ],
];
for (const [what, harm, text] of failures) {
  test(`deliverToMaildir: ${what} → deferred, nothing left in tmp, nothing replaced`, async t => {
    for (const message of [small('x'), streamed(['x'])]) {
      const dir = maildir(t);
      harm(dir);
      const stop = await deliverToMaildir(dir, '', message, deps());
      assert.equal(stop?.exit, 111);
      assert.match(stop.text, text);
      if (what === 'name taken in new') assert.equal(readFileSync(join(dir, 'new/name,S=1'), 'latin1'), 'old');
      if (/new/.test(what)) assert.deepEqual(readdirSync(join(dir, 'tmp')), []);
    }
  });
}

const unreadable: [what: string, message: MaildirMessage][] = [
  [
    'a small message',
    {
      ...small('half'),
      whole: () => {
        throw new MessageReadError(new Error('EIO'));
      },
    },
  ],
  [
    'a large message halfway',
    {
      ...streamed([]),
      async *pieces() {
        yield Buffer.from('half');
        throw new MessageReadError(new Error('EIO'));
      },
    },
  ],
  ['a message that ends too soon', streamed(['half'], 8)],
  ['a message that grows', streamed(['more', 'than said'], 8)],
];
for (const [what, message] of unreadable) {
  test(`deliverToMaildir: ${what} unreadable → deferred, no files are left`, async t => {
    const dir = maildir(t);
    const stop = await deliverToMaildir(dir, '', message, { ...deps(), deferSync: () => assert.fail('done') });
    assert.deepEqual(stop, { exit: 111, text: 'Unable to read message. (#4.3.0)' });
    assert.deepEqual(contents(dir), []);
  });
}

const ioError = () => Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });

test('deliverToMaildir: the directory cannot be synced → deferred and taken back', async t => {
  const dir = maildir(t);
  const syncDirectory = () => Promise.reject(ioError());
  const stop = await deliverToMaildir(dir, '', small('x'), { ...deps(), syncDirectory });
  assert.match(stop?.text ?? '', /i\/o error/);
  assert.deepEqual(contents(dir), []);
});

test('deliverToMaildir: the directory cannot be synced, nor the file removed → deferred, and says that it stays', async t => {
  const dir = maildir(t);
  const syncDirectory = async () => {
    // A directory instead of the file: it cannot be removed.
    rmSync(join(dir, 'new/name,S=1'));
    mkdirSync(join(dir, 'new/name,S=1'));
    throw ioError();
  };
  const stop = await deliverToMaildir(dir, '', small('x'), { ...deps(), syncDirectory });
  assert.match(
    stop?.text ?? '',
    /^Temporary error .*\ni\/o error\. The part that was written could not be removed: \w.*Maildir$/,
  );
});

for (const [how, message] of messages) {
  test(`deliverToMaildir: a ${how} message → whole and synced, then named, then the name is synced`, async t => {
    const dir = maildir(t);
    const synced: unknown[] = [];
    const syncFile = async (fd: number) => void synced.push(fstatSync(fd).size, contents(dir));
    const syncDirectory = async (path: string) => void synced.push(path, contents(dir));
    await deliverToMaildir(dir, 'H\n', message, { ...deps(), syncFile, syncDirectory });
    assert.deepEqual(synced, [18, ['tmp/name,S=18'], `${dir}/new`, ['new/name,S=18']]);
  });
}

test('deliverToMaildir: a folder whose name is not UTF-8 → found by its bytes, fsynced here in any case', async t => {
  const base = tempDir(t);
  const dir = `${base}/b\xe9`;
  for (const part of ['', '/tmp', '/new']) mkdirSync(Buffer.from(dir + part, 'latin1'));
  const deferSync = () => assert.fail('no text stands for this name');
  assert.equal(await deliverToMaildir(dir, '', small('x'), { ...deps(), deferSync }), undefined);
  assert.deepEqual(readdirSync(Buffer.from(`${dir}/new`, 'latin1')), ['name,S=1']);
});

test('deliverToMaildir: a folder with a name in UTF-8 → deferSync gets it as text', async t => {
  const dir = join(tempDir(t), 'Jörg');
  for (const part of ['', 'tmp', 'new']) mkdirSync(join(dir, part));
  const told: string[] = [];
  const bytes = Buffer.from(dir).toString('latin1');
  await deliverToMaildir(bytes, '', small('x'), { ...deps(), deferSync: path => told.push(path) });
  assert.deepEqual(told, [dir]);
});

test('uniqueName: any host name → no slash, no colon, never the same twice, its size found again', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), (hostName, sizeBytes) => {
      const next = createUniqueName({ clock: testClock, hostName, pid: 5 });
      const names = [next(), next()];
      assert.equal(new Set(names).size, 2);
      for (const name of names) {
        assert.match(name, /^1795252616\.M0P5Q\d+\.[^/:]*$/);
        assert.equal(sizeInName(withSize(name, sizeBytes)), sizeBytes);
      }
    }),
  );
  assert.equal(createUniqueName({ clock: testClock, hostName: 'a/b:c', pid: 5 })(), '1795252616.M0P5Q1.a\\057b\\072c');
});
