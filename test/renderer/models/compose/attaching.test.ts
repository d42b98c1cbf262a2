// Files are attached one by one: those that cannot be read or are too large are named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFiles } from '../../../../renderer/models/compose/attaching.ts';

const local = (name: string, size = 3, read: () => Promise<string> = async () => 'eHh4') => ({
  name,
  type: '',
  size,
  base64: read,
});

test('attach: one of several cannot be read, one is too large → named with why, the others are read', async () => {
  const files = [
    local('a'),
    local('gone', 3, () => Promise.reject(new Error('NotFoundError'))),
    local('huge', 50_000_000),
    local('b'),
  ];
  const { read, left } = await readFiles(files, []);
  assert.deepEqual(
    read.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(left, [
    { name: 'gone', why: 'unreadable' },
    { name: 'huge', why: 'too-large' },
  ]);
});

test('attach: what was not read takes no room; what is there does', async () => {
  const most = 40_000_000;
  const failing = () => Promise.reject(new Error('no'));
  const fits = await readFiles([local('gone', most, failing), local('a', most)], []);
  assert.deepEqual(
    fits.read.map(({ name }) => name),
    ['a'],
  );
  const before = [{ name: 'x', type: '', base64: 'eHh4' }];
  assert.deepEqual((await readFiles([local('a', most)], before)).left, [{ name: 'a', why: 'too-large' }]);
});
