// Root's host delivers as the users: explanations are made for them, and accounts get mail without an assignment.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createLocalDeliver } from '../../../core/local/deliver.ts';
import { createLocalExplain } from '../../../core/local/explain-local.ts';
import type { FindSystemUser } from '../../../core/local/users/system-users.ts';
import { localRig, parentOf } from './local-rig.ts';

const skip = process.geteuid?.() === 0 ? false : 'only root can deliver as somebody else';
const uid = 4242;
const gid = 4343;

/** A home without assignments, and the account bench with a Maildir. */
function rootRig(t: TestContext) {
  const rig = localRig(t, { assign: '.\n' });
  for (const path of [rig.home, rig.joe]) chmodSync(path, 0o755);
  mkdirSync(join(rig.home, 'alias'));
  const bench = join(rig.home, 'bench');
  for (const dir of ['', '/Maildir', '/Maildir/tmp', '/Maildir/new', '/Maildir/cur']) {
    mkdirSync(bench + dir);
    chownSync(bench + dir, uid, gid);
  }
  const findSystemUser: FindSystemUser = name => (name === 'bench' ? { name, uid, gid, homeDir: bench } : undefined);
  const asUser = parentOf(t, rig.home, { findSystemUser }).deliver;
  const deps = { ...rig.deps, processUid: 0, findSystemUser, asUser };
  const path = join(rig.home, 'message');
  writeFileSync(path, 'Subject: hi\n\nHello.\n');
  const deliver = createLocalDeliver(deps);
  return {
    bench,
    deliver: (local: string) => deliver({ id: 1, path, sender: 's@t', recipient: `${local}@here.example` }),
    explain: (local: string) => createLocalExplain(deps)(`${local}@here.example`, 's@t'),
  };
}

test('deliver: root’s host, an account without an assignment → its mail, as its uid, in its home', {
  skip,
}, async t => {
  const { bench, deliver, explain } = rootRig(t);
  writeFileSync(join(bench, '.qmail-boat'), './Maildir/\n');
  const { verdict, steps } = explain('Bench-Boat');
  assert.deepEqual([verdict.outcome, verdict.text], ['done', 'did 1+0+0\n']);
  assert.match(
    steps.map(({ says }) => says).join('\n'),
    /The account is bench, with the extension -Boat\.\n.*as uid 4242/,
  );
  assert.equal((await deliver('Bench-Boat')).text, 'did 1+0+0\n');
  const [name = ''] = readdirSync(join(bench, 'Maildir/new'));
  const { uid: owner, gid: group } = statSync(join(bench, 'Maildir/new', name));
  assert.deepEqual([owner, group], [uid, gid]);
});

test('deliver: root’s host, an address without a user, alias/ that belongs to root → refused for now', {
  skip,
}, async t => {
  const { deliver, explain } = rootRig(t);
  const outcome = await deliver('nobody-there');
  assert.equal(outcome.text, 'Not allowed to perform deliveries as root.\n');
  assert.equal(explain('nobody-there').verdict.text, outcome.text);
});

test('explain: root’s host, files that the user may not read or write → the outcome of a delivery as the user', {
  skip,
}, async t => {
  const { bench, deliver, explain } = rootRig(t);
  const mode = fc.constantFrom(0o600, 0o640, 0o644, 0o400, 0o004);
  const owners = fc.constantFrom([uid, gid], [0, 0], [0, gid]) as fc.Arbitrary<[number, number]>;
  await fc.assert(
    fc.asyncProperty(
      mode,
      owners,
      fc.constantFrom('./Maildir/', './mbox', './other/'),
      fc.constantFrom(0o700, 0o750, 0o755, 0o500),
      owners,
      async (fileMode, fileOwner, line, homeMode, maildirOwner) => {
        for (const name of ['.qmail', 'mbox']) rmSync(join(bench, name), { force: true });
        writeFileSync(join(bench, '.qmail'), `${line}\n`);
        chownSync(join(bench, '.qmail'), ...fileOwner);
        chmodSync(join(bench, '.qmail'), fileMode);
        chownSync(join(bench, 'Maildir/tmp'), ...maildirOwner);
        chmodSync(bench, homeMode);
        const { verdict } = explain('bench');
        const outcome = await deliver('bench');
        assert.equal(verdict.outcome, outcome.kind, outcome.text);
        assert.equal(verdict.text.split('\n')[0], outcome.text.split('\n')[0]);
      },
    ),
    { numRuns: 15 },
  );
  chmodSync(bench, 0o755);
});
