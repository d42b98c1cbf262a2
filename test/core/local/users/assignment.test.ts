// The numbers in a line of users/assign are read as qmail-lspawn reads them, as 32 bits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAssignment } from '../../../../core/local/users/assignment.ts';

const uids: [text: string, uid: number][] = [
  ['1000', 1000],
  ['1000x', 1000],
  ['', 0],
  ['x', 0],
  ['4294967295', 4_294_967_295],
  ['4294967296', 0],
  ['4294967297', 1],
  ['9'.repeat(400), Number(BigInt.asUintN(32, BigInt('9'.repeat(400))))],
];

for (const [text, uid] of uids) {
  test(`parseAssignment: uid ${text.slice(0, 20)} → ${uid}, a number of 32 bits in any case`, () => {
    const found = parseAssignment(['joe', text, '7', '/home/joe', '', '', ''].join('\0'));
    assert.deepEqual([found?.uid, found?.gid], [uid, 7]);
  });
}
