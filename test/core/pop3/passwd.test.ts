import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPasswd } from '../../../core/pop3/passwd.ts';
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

test('passwd: set again → the old password is void, other lines stay', async t => {
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

test('passwd: a line that others made (scrypt of RFC 7914) → is understood', async t => {
  const path = join(tempDir(t), 'passwd');
  // RFC 7914 section 12: scrypt of "pleaseletmein" with salt "SodiumChloride", N=16384, r=8, p=1, its first bytes.
  const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex').toString(
    'base64url',
  );
  const salt = Buffer.from('SodiumChloride').toString('base64url');
  writeFileSync(path, `joe:scrypt$16384$8$1$${salt}$${hash}::/home/joe/Maildir\n`);
  assert.deepEqual(await openPasswd(path).verify('joe', 'pleaseletmein'), joe);
});

test('passwd: a line that makes no sense → UserError that names file and user, others are not affected', async t => {
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
