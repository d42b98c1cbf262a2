// The user as whom root serves a mailbox: links in a user's directories lead only where that user may go.
import assert from 'node:assert/strict';
import { lchownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { mailboxOwner } from '../../../core/pop3/mailbox-owner.ts';
import { tempDir } from '../../support/temp-dir.ts';

const [ann, bob] = [61_001, 61_002];

/** /bob/Maildir is bob's; what else is there says `links`, each with its owner. */
function homes(t: TestContext, links: readonly [path: string, target: string, owner: number][]): string {
  const directory = tempDir(t);
  for (const [name, uid] of [
    ['ann', ann],
    ['bob', bob],
    ['bob/Maildir', bob],
    ['root', 0],
    ['root/Maildir', 0],
  ] as const) {
    mkdirSync(join(directory, name));
    lchownSync(join(directory, name), uid, uid);
  }
  for (const [path, target, uid] of links) {
    symlinkSync(target.replace('HERE', directory), join(directory, path));
    lchownSync(join(directory, path), uid, uid);
  }
  return directory;
}

const cases: [what: string, links: [string, string, number][], maildir: string, uid: number | undefined, as: number][] =
  [
    ['a Maildir of its own', [], 'bob/Maildir', undefined, bob],
    ['a link to another user’s Maildir', [['ann/Maildir', 'HERE/bob/Maildir', ann]], 'ann/Maildir', undefined, ann],
    ['a link to root’s', [['ann/Maildir', '../root/Maildir', ann]], 'ann/Maildir', undefined, ann],
    ['a link on the way', [['ann/mail', '../bob', ann]], 'ann/mail/Maildir', undefined, ann],
    ['root’s own link to it', [['mail', 'HERE/bob', 0]], 'mail/Maildir', undefined, bob],
    ['the file names the user', [], 'bob/Maildir', ann, ann],
    ['all of it root’s', [], 'root/Maildir', undefined, 0],
    ['up and down again', [], 'root/../bob/Maildir', undefined, bob],
  ];

for (const [what, links, maildir, uid, as] of cases) {
  test(`mailboxOwner: ${what} → the user who controls the path`, { skip: process.getuid?.() !== 0 }, t => {
    const directory = homes(t, links);
    assert.equal(mailboxOwner({ name: 'x', uid, maildir: `${directory}/${maildir}` })?.uid, as);
  });
}

test('mailboxOwner: nothing there, or only a loop of links → no owner', { skip: process.getuid?.() !== 0 }, t => {
  const directory = homes(t, [
    ['a', 'b', 0],
    ['b', 'a', 0],
  ]);
  assert.equal(mailboxOwner({ name: 'x', uid: undefined, maildir: join(directory, 'none/Maildir') }), undefined);
  const circle = { name: 'x', uid: undefined, maildir: join(directory, 'a/Maildir') };
  assert.throws(() => mailboxOwner(circle), /too many symbolic links/);
});
