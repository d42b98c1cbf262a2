// Root runs no home that others could replace by another one.
import assert from 'node:assert/strict';
import { chmodSync, lchownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkWay } from '../../../core/privsep/way-to-home.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ann = 61_001;

/** Root's directory with two homes of root's, and links to the first: root's, and ann's. The second is in a directory of ann's. */
function directories(t: TestContext): string {
  const top = tempDir(t);
  for (const name of ['root', 'root/home', 'ann', 'ann/home']) mkdirSync(join(top, name));
  symlinkSync('root', join(top, 'link'));
  symlinkSync(join(top, 'root/home'), join(top, 'annslink'));
  symlinkSync('circle', join(top, 'circle'));
  for (const name of ['ann', 'annslink']) lchownSync(join(top, name), ann, ann);
  return top;
}

const ways: [home: string, mode: number, by: string | undefined][] = [
  ['root/home', 0o755, undefined],
  ['root/new/home', 0o755, undefined],
  ['link/home', 0o755, undefined],
  ['root/home', 0o1777, undefined],
  ['root/home', 0o777, 'root'],
  ['root/home', 0o775, 'root'],
  ['link/home', 0o777, 'root'],
  ['ann/home', 0o755, 'ann'],
  ['annslink', 0o755, 'annslink'],
];

for (const [home, mode, by] of ways) {
  const who = by === undefined ? 'root runs it' : `refused because of ${by}`;
  test(`checkWay: ${home}, root/ has mode ${mode.toString(8)} → ${who}`, { skip: process.getuid?.() !== 0 }, t => {
    const top = directories(t);
    chmodSync(join(top, 'root'), mode);
    if (by === undefined) checkWay(join(top, home));
    else
      assert.throws(() => checkWay(join(top, home)), { message: new RegExp(`: ${join(top, by)} is not root's alone`) });
  });
}

test('checkWay: a loop of links → refused', { skip: process.getuid?.() !== 0 }, t => {
  assert.throws(() => checkWay(join(directories(t), 'circle/home')), /too many symbolic links/);
});
