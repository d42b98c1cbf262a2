// The ids of folders and their directories, and that no id leads out of the Maildir.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folderAt, folderPath } from '../../../../core/mailbox/folders/folder-ids.ts';

test('folderAt: directories in and beside a Maildir → the ids of those that can be folders', () => {
  const table: [path: string, id: string | undefined][] = [
    ['/home/w/./Maildir/.lists.qmail/', 'lists.qmail'],
    ['/home/w/Maildir/work/inner', '/work/inner'],
    ['/home/w/Maildir/', undefined],
    ['/home/w/Maildir/.INBOX', undefined],
    ['/home/w/Maildir/cur', undefined],
    ['/home/w/Maildir/work/new/x', undefined],
    ['/home/w/Other/', undefined],
    ['/home/w/Maildir/../Other/', undefined],
    ['/home/w/Maildirs/.x/', undefined],
  ];
  for (const [path, id] of table) assert.equal(folderAt('/home/w/Maildir', path), id, path);
});

test('folderPath: ids that would lead out of the Maildir or into its parts → refused', () => {
  for (const id of ['', '.', '../x', '/../x', '/a/..', '/a//b', '/cur', '/a/tmp', 'a/b', 'a\u0000b', '//', '/']) {
    assert.throws(() => folderPath('/home/w/Maildir', id), RangeError, id);
  }
  assert.equal(folderPath('/m', 'a..b'), '/m/.a..b');
  assert.equal(folderPath('/m', '/a/.b'), '/m/a/.b');
});
