// control/morercpthosts into morercpthosts.cdb.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newMoreRcptHosts } from '../../../core/control/qmail-newmrh.ts';
import { cdbInMemory } from '../../../core/lib/disk/cdb.ts';
import { tempDir } from '../../support/temp-dir.ts';

const text = 'Heaven.AF.mil \n# no\n\n.Sub.Example\t\n #x\nlast.example';

// The sum is that of the file which notqmail's own qmail-newmrh made from this text.
test("qmail-newmrh: control.md 6, any case, blanks, comments → byte for byte notqmail's morercpthosts.cdb", async t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'control'));
  writeFileSync(join(home, 'control/morercpthosts'), text);
  await newMoreRcptHosts(home);
  const raw = readFileSync(join(home, 'control/morercpthosts.cdb'));
  const keys = [...cdbInMemory(raw).records()].map(({ key }) => Buffer.from(key).toString());
  assert.deepEqual(keys, ['heaven.af.mil', '.sub.example', ' #x', 'last.example']);
  const sum = createHash('sha256').update(raw).digest('hex');
  assert.equal(sum, '62f9ccbabdf3073097371e59b2b4347f9f57908024217585ac9487fd13975a7a');
  assert.deepEqual(readdirSync(join(home, 'control')).sort(), ['morercpthosts', 'morercpthosts.cdb']);
});

test('qmail-newmrh: no such file, no such home → refused with 111 in its words', async t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'control'));
  const message = 'unable to read control/morercpthosts: no such file or directory';
  await assert.rejects(newMoreRcptHosts(home), { exitCode: 111, message });
  await assert.rejects(newMoreRcptHosts(join(home, 'gone')), { exitCode: 111, message: /^unable to chdir to / });
});
