// The recipients that strangers may send to: rcpthosts and morercpthosts.cdb.
import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { domainKeys } from '../../../core/control/domain-keys.ts';
import { isRcptHost } from '../../../core/control/rcpthosts.ts';
import { encodeCdb } from '../../../core/lib/disk/cdb-writer.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('isRcptHost: with rcpthosts → its domains, its .suffixes, and addresses without @', t => {
  const control = writeControl(tempDir(t), { rcpthosts: 'Heaven.af.mil\n.sub.example\n' });
  const verdicts = Object.fromEntries(
    [
      'joe',
      '',
      'x@heaven.AF.mil',
      'x@a.sub.example',
      'x@sub.example',
      'x@elsewhere.org',
      'x@',
      'a@heaven.af.mil@b.org',
    ].map(recipient => [recipient, isRcptHost(control, recipient)]),
  );
  assert.deepEqual(verdicts, {
    joe: true,
    '': true,
    'x@heaven.AF.mil': true,
    'x@a.sub.example': true,
    'x@sub.example': false,
    'x@elsewhere.org': false,
    'x@': false,
    'a@heaven.af.mil@b.org': false,
  });
});

test('isRcptHost: without rcpthosts → locals and virtual domains, without exceptions to these', t => {
  const virtualdomains = '.fax.example:faxer\nboss@single.example:joe\nnot.fax.example:\n';
  const control = writeControl(tempDir(t), { locals: 'here.example\n', virtualdomains });
  const yes = ['x@HERE.example', 'x@a.fax.example', 'Boss@Single.example', 'nohost'];
  const no = ['x@not.fax.example', 'other@single.example', 'x@fax.example', 'x@elsewhere.org'];
  assert.deepEqual(
    [...yes, ...no].filter(recipient => isRcptHost(control, recipient)),
    yes,
  );
});

test('isRcptHost: an empty rcpthosts → only addresses without @', t => {
  const control = writeControl(tempDir(t), { rcpthosts: '\n' });
  assert.deepEqual(
    ['joe', 'joe@here.example'].filter(recipient => isRcptHost(control, recipient)),
    ['joe'],
  );
});

test('isRcptHost: control.md vector 15 → elsewhere is refused, an address without @ is not', t => {
  const control = writeControl(tempDir(t), { rcpthosts: 'heaven.af.mil\n' });
  const recipients = ['x@elsewhere.org', 'joe', 'joe@heaven.af.mil'];
  assert.deepEqual(
    recipients.map(recipient => isRcptHost(control, recipient)),
    [false, true, true],
  );
});

/** A cdb file as qmail-newmrh makes it. */
function cdbOf(...domains: string[]): Buffer {
  return encodeCdb(domains.map(domain => ({ key: Buffer.from(domain), data: Buffer.of() })));
}

test('isRcptHost: morercpthosts.cdb → its domains and .suffixes too, at once, and only if rcpthosts exists', t => {
  const home = tempDir(t);
  const control = writeControl(home, { rcpthosts: 'one.example\n', locals: 'one.example\n' });
  const allowed = () =>
    ['x@One.example', 'x@TWO.example', 'x@a.three.example', 'x@three.example'].filter(to => isRcptHost(control, to));
  assert.deepEqual(allowed(), ['x@One.example']);
  writeFileSync(join(home, 'control/morercpthosts.cdb'), cdbOf('two.example', '.three.example'));
  assert.deepEqual(allowed(), ['x@One.example', 'x@TWO.example', 'x@a.three.example']);
  assert.equal(isRcptHost({ ...control, rcptHosts: undefined }, 'x@two.example'), false);
});

test('isRcptHost: a morercpthosts.cdb that was cut off → an error, but rcpthosts still counts', t => {
  const home = tempDir(t);
  const control = writeControl(home, { rcpthosts: 'one.example\n' });
  const path = join(home, 'control/morercpthosts.cdb');
  writeFileSync(path, cdbOf('two.example'));
  truncateSync(path, 1000);
  assert.equal(isRcptHost(control, 'x@one.example'), true);
  assert.throws(
    () => isRcptHost(control, 'x@two.example'),
    (error: unknown) => error instanceof UserError && error.exitCode === 111 && error.message.includes(path),
  );
});

test('domainKeys: a domain with very many dots → itself, and the suffixes that a domain of the DNS can end in', () => {
  assert.deepEqual(domainKeys('a.b.c'), ['a.b.c', '.b.c', '.c']);
  const long = `${'a.'.repeat(440)}example`;
  const keys = domainKeys(long);
  assert.equal(keys[0], long);
  assert.equal(keys.at(-1), '.example');
  assert.ok(keys.length < 130 && keys.slice(1).every(key => key.length <= 255), String(keys.length));
});

test('isRcptHost: a domain with very many dots → its last suffixes count', t => {
  const control = writeControl(tempDir(t), { rcpthosts: '.a.example\n' });
  assert.equal(isRcptHost(control, `x@${'a.'.repeat(440)}example`), true);
  assert.equal(isRcptHost(control, `x@${'a.'.repeat(440)}test`), false);
});
