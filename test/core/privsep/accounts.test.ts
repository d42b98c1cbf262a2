// The accounts of a host that root runs: found, named, made, or refused with what to do.
import assert from 'node:assert/strict';
import { chownSync } from 'node:fs';
import { test } from 'node:test';
import type { FindSystemUser } from '../../../core/local/users/system-users.ts';
import { accountsFor, mailOwner, parseIds } from '../../../core/privsep/accounts.ts';
import { tempDir } from '../../support/temp-dir.ts';

const table: Record<string, number> = { waypost: 201, 'waypost-parser': 202, alias: 203, toor: 0, joe: 1000 };
const find: FindSystemUser = name => {
  const uid = table[name];
  return uid === undefined ? undefined : { name, uid, gid: uid + 1, homeDir: `/home/${name}` };
};
const joe = { uid: 1000, gid: 1001 };

test('accountsFor: the usual accounts exist → these, qmail’s alias among them', () => {
  const { host, parser, alias } = accountsFor(joe, {}, { find });
  assert.deepEqual([host.uid, host.gid, parser.uid, alias.uid], [201, 202, 202, 203]);
});

test('accountsFor: names and numbers that were given → these', () => {
  const { host, alias } = accountsFor(joe, { host: '54:55', parser: '56:56', alias: 'waypost' }, { find });
  assert.deepEqual([host, alias.uid], [{ uid: 54, gid: 55 }, 201]);
});

test('accountsFor: missing accounts → refused with all of them and the options; allowed to make them → made', () => {
  const made: string[] = [];
  const findMade: FindSystemUser = name => {
    const at = made.indexOf(name);
    return at < 0 ? undefined : { name, uid: 300 + at, gid: 300 + at, homeDir: '/nonexistent' };
  };
  assert.throws(
    () => accountsFor(joe, {}, { find: findMade }),
    /these are missing: waypost, waypost-parser, waypost-alias\. .*--make-users.*--run-as, --parse-as, --alias-user/,
  );
  const accounts = accountsFor(joe, {}, { find: findMade, make: name => void made.push(name) });
  assert.deepEqual(made, ['waypost', 'waypost-parser', 'waypost-alias']);
  assert.deepEqual(accounts.alias.uid, 302);
});

for (const [what, named, says] of [
  ['root by name', { host: 'toor' }, /--run-as toor: it may not be root/],
  ['root by number', { alias: '0:0' }, /--alias-user 0:0: it may not be root/],
  ['an unknown name', { parser: 'gone' }, /--parse-as gone: there is no such account/],
  ['the owner of the mail', { host: 'joe' }, /must be different users/],
  ['one for two', { host: '9:9', alias: '9:10' }, /must be different users/],
] as const) {
  test(`accountsFor: ${what} → refused`, () => assert.throws(() => accountsFor(joe, named, { find }), says));
}

test('parseIds: a uid without a gid → a name that no account has', () => {
  assert.equal(parseIds('54', find), undefined);
});

test('mailOwner: an account → its ids and its home; no account → refused; root → refused', () => {
  assert.deepEqual(mailOwner('joe', undefined, find), { uid: 1000, gid: 1001, mailHome: '/home/joe' });
  assert.throws(() => mailOwner('gone', undefined, find), /There is no account gone/);
  assert.throws(() => mailOwner('toor', undefined, find), /toor is not an account that could own \/home\/toor/);
});

test('mailOwner: an existing directory → its owner, account or not; root’s → refused with the command', {
  skip: process.getuid?.() !== 0 && 'not root',
}, t => {
  const directory = tempDir(t);
  assert.throws(() => mailOwner('joe', directory, find), /belongs to root, not to joe: .*Run: chown joe/);
  assert.throws(() => mailOwner('gone', directory, find), /belongs to root, and root gets no mail/);
  chownSync(directory, 54_321, 54_322);
  assert.deepEqual(mailOwner('gone', directory, find), { uid: 54_321, gid: 54_322, mailHome: directory });
});
