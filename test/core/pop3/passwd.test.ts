// The passwords of POP3 users: set, checked and read from files that other programs wrote.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { openPasswd } from '../../../core/pop3/passwd.ts';
import { checkEntry, formatPasswdLine, parsePasswdLine } from '../../../core/pop3/passwd-line.ts';
import { tempDir } from '../../support/temp-dir.ts';

const joe = { name: 'joe', uid: undefined, maildir: '/home/joe/Maildir' };
const ann = { name: 'ann', uid: 1001, maildir: '/home/ann/My:Mail' };

test('passwd: set and verify → only the right password of the right name', async t => {
  const path = join(tempDir(t), 'passwd');
  const passwd = openPasswd(path);
  assert.equal(await passwd.verify('joe', 'sesame'), undefined);
  await Promise.all([passwd.set(joe, 'sesame'), passwd.set(ann, 'p\u00e4ss w:rd$')]);
  assert.deepEqual(await passwd.verify('joe', 'sesame'), joe);
  assert.deepEqual(await passwd.verify('ann', 'p\u00e4ss w:rd$'), ann);
  for (const [name, password] of [
    ['joe', 'Sesame'],
    ['joe', ''],
    ['ann', 'sesame'],
    ['jo', 'sesame'],
    ['', 'sesame'],
    ['joe:', 'sesame'],
  ] as const) {
    assert.equal(await passwd.verify(name, password), undefined, `${name} ${password}`);
  }
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!readFileSync(path, 'utf8').includes('sesame'));
});

test('passwd: set again → the old password is invalid, other lines stay', async t => {
  const path = join(tempDir(t), 'passwd');
  const passwd = openPasswd(path);
  await passwd.set(ann, 'a');
  await passwd.set(joe, 'old');
  await passwd.set({ ...joe, maildir: '/elsewhere' }, 'new');
  assert.equal(await passwd.verify('joe', 'old'), undefined);
  assert.deepEqual(await passwd.verify('joe', 'new'), { ...joe, maildir: '/elsewhere' });
  assert.deepEqual(await passwd.verify('ann', 'a'), ann);
  assert.equal(readFileSync(path, 'utf8').split('\n').length, 3);
});

test('passwd: a line by another program (scrypt of RFC 7914) → works', async t => {
  const path = join(tempDir(t), 'passwd');
  // RFC 7914 section 12: scrypt of "pleaseletmein" with salt "SodiumChloride", N=16384, r=8, p=1, its first bytes.
  const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex').toString(
    'base64url',
  );
  const salt = Buffer.from('SodiumChloride').toString('base64url');
  writeFileSync(path, `joe:scrypt$16384$8$1$${salt}$${hash}::/home/joe/Maildir\n`);
  assert.deepEqual(await openPasswd(path).verify('joe', 'pleaseletmein'), joe);
});

test('passwd: a malformed line → UserError that names file and user, others are not affected', async t => {
  const path = join(tempDir(t), 'passwd');
  const passwd = openPasswd(path);
  await passwd.set(ann, 'a');
  writeFileSync(path, `joe:sesame:/home/joe/Maildir\n${readFileSync(path, 'utf8')}`);
  await assert.rejects(passwd.verify('joe', 'sesame'), { name: 'UserError', message: /passwd: the line of joe must/ });
  assert.deepEqual(await passwd.verify('ann', 'a'), ann);
});

for (const entry of [
  { ...joe, name: 'j:oe' },
  { ...joe, name: '' },
  { ...joe, name: 'joe\n' },
  { ...joe, maildir: 'Maildir' },
  { ...joe, maildir: '/a\nb' },
]) {
  test(`passwd: ${JSON.stringify(entry)} → UserError, nothing is written`, async t => {
    const path = join(tempDir(t), 'passwd');
    await assert.rejects(openPasswd(path).set(entry, 'x'), { name: 'UserError' });
    assert.throws(() => statSync(path), { code: 'ENOENT' });
  });
}

test('passwd: set for APOP → the digest of the right stamp, and the password itself', async t => {
  const path = join(tempDir(t), 'passwd');
  const passwd = openPasswd(path);
  await passwd.set(joe, 'sesame');
  assert.equal(await passwd.hasApop(), false);
  await passwd.set(ann, 'tanst\u00e4af', true);
  assert.equal(await passwd.hasApop(), true);
  const stamp = '<1896.697170952@dbc.mtview.ca.us>';
  const digest = createHash('md5').update(`${stamp}tanst\u00e4af`).digest('hex');
  assert.deepEqual(await passwd.verifyDigest('ann', digest, stamp), ann);
  assert.deepEqual(await passwd.verifyDigest('ann', digest.toUpperCase(), stamp), ann);
  assert.deepEqual(await passwd.verify('ann', 'tanst\u00e4af'), ann);
  assert.deepEqual(await passwd.find('ann'), ann);
  for (const [name, secret, of] of [
    ['ann', digest, '<1896.697170953@dbc.mtview.ca.us>'],
    ['ann', 'tanst\u00e4af', stamp],
    ['joe', createHash('md5').update(`${stamp}sesame`).digest('hex'), stamp],
    ['jim', digest, stamp],
  ] as const) {
    assert.equal(await passwd.verifyDigest(name, secret, of), undefined, `${name} ${secret}`);
  }
  assert.equal(await passwd.verify('ann', digest), undefined);
});

const text = fc.string({ unit: 'binary', minLength: 1 });

test('passwd: any line of any file → an entry or a UserError that names the file', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        fc.string().map(hash => `a:scrypt$1$1$1$${hash}:1:/m`),
      ),
      line => {
        try {
          const { entry } = parsePasswdLine(line, '/passwd');
          assert.ok(entry.maildir.startsWith('/') && entry.name !== '');
        } catch (error) {
          assert.match((error as Error).message, /^\/passwd: the line of /);
          assert.equal((error as Error).name, 'UserError');
        }
      },
    ),
  );
});

test('passwd: any valid entry → is read back from its line', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map(raw => Buffer.from(raw));
  const secret = fc.oneof(
    fc.record({ kind: fc.constant('apop' as const), password: bytes }),
    fc.record({
      kind: fc.constant('scrypt' as const),
      cost: fc.integer({ min: 1, max: 999_999 }),
      blockSize: fc.integer({ min: 1, max: 99 }),
      parallelization: fc.integer({ min: 1, max: 9 }),
      salt: bytes,
      hash: bytes,
    }),
  );
  const entry = fc.record({
    name: fc.stringMatching(/^[^:\p{Cc}\s]+$/u),
    uid: fc.option(fc.nat(), { nil: undefined }),
    maildir: fc.stringMatching(/^\/[^\p{Cc}]+$/u),
  });
  fc.assert(
    fc.property(entry, secret, (one, hidden) => {
      checkEntry(one);
      assert.deepEqual(parsePasswdLine(formatPasswdLine(one, hidden), ''), {
        entry: { ...one },
        secret: { ...hidden },
      });
    }),
  );
});
