// What a power failure leaves of deliveries in a Maildir, and when it is removed.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createSweep, createSweptMaildirs, removeTornFiles } from '../../../../core/local/into/torn-files.ts';
import { sizeInName } from '../../../../core/paper-path/maildir-names.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { localRig } from '../local-rig.ts';

const torn = '1795252616.M0P5Q1.host,S=8';

function maildir(t: TestContext): string {
  const dir = join(tempDir(t), 'Maildir');
  for (const part of ['', 'tmp', 'new', 'cur']) mkdirSync(join(dir, part));
  return dir;
}

const files: [what: string, name: string, bytes: number, removed: boolean][] = [
  ['ours, empty', torn, 0, true],
  ['ours, one byte short', torn, 7, true],
  ['ours, whole', torn, 8, false],
  ['ours, longer', torn, 9, false],
  ['ours, promised nothing', '1795252616.M0P5Q1.host,S=0', 0, false],
  ['ours, host with escapes', '1795252616.M0P5Q1.a\\057b\\072c,d,S=8', 1, true],
  ['ours, no size', '1795252616.M0P5Q1.host', 0, false],
  ['ours, seen by a reader', `${torn}:2,S`, 0, false],
  ["Dovecot's", '1795252616.M0P5.host,S=8,W=9', 0, false],
  ["maildrop's", '1795252616.M0P5V0I1_0.host,S=8', 0, false],
  ["another program's", 'x,S=8', 0, false],
  ["another program's, made from one of ours", `x${torn}`, 0, false],
  ['size that is no number', '1795252616.M0P5Q1.host,S=8x', 0, false],
];
for (const [what, name, bytes, removed] of files) {
  test(`removeTornFiles: ${what} → ${removed ? 'removed' : 'kept'} in new and tmp; nothing else looked at`, t => {
    const dir = maildir(t);
    for (const part of ['tmp', 'new', 'cur']) writeFileSync(join(dir, part, name), Buffer.alloc(bytes));
    assert.equal(removeTornFiles(dir), removed ? 2 : 0);
    const left = ['tmp', 'new', 'cur'].filter(part => readdirSync(join(dir, part)).length > 0);
    assert.deepEqual(left, removed ? ['cur'] : ['tmp', 'new', 'cur']);
  });
}

test('removeTornFiles: directory or link by such a name → kept, and what the link means too', t => {
  const dir = maildir(t);
  mkdirSync(join(dir, 'new', torn));
  writeFileSync(join(dir, 'p'), '');
  symlinkSync('../p', join(dir, 'tmp', torn));
  assert.equal(removeTornFiles(dir), 0);
  assert.deepEqual([readdirSync(join(dir, 'new')), readdirSync(join(dir, 'tmp'))], [[torn], [torn]]);
});

test('removeTornFiles: no such Maildir, a part missing → no error, the rest done', t => {
  const dir = maildir(t);
  rmSync(join(dir, 'new'), { recursive: true });
  writeFileSync(join(dir, 'tmp', torn), '');
  assert.equal(removeTornFiles(dir), 1);
  assert.equal(removeTornFiles(`${dir}-gone`), 0);
});

test('removeTornFiles: a folder whose name is not UTF-8 → found by its bytes', t => {
  const dir = `${tempDir(t)}/b\xe9`;
  mkdirSync(Buffer.from(dir, 'latin1'));
  mkdirSync(Buffer.from(`${dir}/new`, 'latin1'));
  writeFileSync(Buffer.from(`${dir}/new/${torn}`, 'latin1'), '');
  assert.equal(removeTornFiles(dir), 1);
});

test('sizeInName: any name → a whole number of bytes, or none', () => {
  const piece = fc.oneof(fc.constantFrom('1', '.M', 'P', 'Q', '.h', ',S=', '9', ':2,', '/'), fc.string());
  fc.assert(
    fc.property(fc.array(piece), pieces => {
      const sizeBytes = sizeInName(pieces.join(''));
      assert.ok(sizeBytes === undefined || Number.isSafeInteger(sizeBytes));
    }),
  );
});

test('createSweep: each Maildir → once, by whichever path', t => {
  const dir = maildir(t);
  const other = maildir(t);
  const alias = join(other, '..', 'link');
  symlinkSync(dir, alias);
  const sweep = createSweep(new Set());
  const left: number[] = [];
  for (const name of [dir, `${dir}/`, alias, other, `${dir}-gone`]) {
    for (const path of [dir, other]) writeFileSync(join(path, 'new', torn), '');
    sweep(name);
    left.push(...[dir, other].map(path => readdirSync(join(path, 'new')).length));
  }
  assert.deepEqual(left, [0, 1, 1, 1, 1, 1, 1, 0, 1, 1]);
});

test("createSweptMaildirs: one user's → not another's", () => {
  const swept = createSweptMaildirs();
  swept.of(1000).add('1:2');
  assert.deepEqual([[...swept.of(1000)], [...swept.of(1001)], [...swept.of(undefined)]], [['1:2'], [], []]);
});

for (const sweepTorn of [true, false]) {
  test(`deliver: torn file in the Maildir, sweepTorn ${sweepTorn} → ${sweepTorn ? 'removed by the first delivery, once' : 'stays'}`, async t => {
    const rig = localRig(t, { deps: { sweepTorn } });
    rig.write('.qmail', './Maildir/\n');
    const seen: boolean[] = [];
    for (let delivery = 0; delivery < 2; delivery++) {
      rig.write(`Maildir/new/${torn}`, 'half');
      assert.equal((await rig.deliver()).kind, 'done');
      seen.push(rig.list('Maildir/new').includes(torn));
    }
    assert.deepEqual(seen, sweepTorn ? [false, true] : [true, true]);
    assert.equal(rig.list('Maildir/new').length, 3);
  });
}
