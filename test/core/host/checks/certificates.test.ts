// The certificates of a host: what is found of each, with certificates of every kind.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkCertificates } from '../../../../core/host/checks/certificates.ts';
import { issue } from '../../../support/certificates.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const me = 'here.example';
const authority = issue({ subject: 'Authority', isCa: true });
const oldAuthority = issue({ subject: 'Old Authority', isCa: true, days: [-9, -1] });
const good = issue({ subject: me });
const issued = issue({ subject: me, issuer: authority });
const ofOld = issue({ subject: me, issuer: oldAuthority });

/** @param days from and until when it is valid */
function valid(...days: [from: number, to: number]): [cert: string, key: string] {
  const { cert, key } = issue({ subject: me, days });
  return [cert, key];
}
const other = issue({ subject: 'mx.there.example', days: [-9, -1] });

type Case = readonly [title: string, cert: string, key: string, ...expected: readonly [result: string, text: RegExp][]];
const cases: readonly Case[] = [
  ['signed by itself', good.cert, good.key, ['fine', /^It is valid until .*, signed by itself\.$/]],
  ['its chain complete', issued.cert + authority.cert, issued.key, ['fine', /belongs to it\.$/]],
  ['no issuer', issued.cert, issued.key, ['warning', /does not lead to an authority .* Append the certificates/]],
  [
    'another issuer',
    issued.cert + oldAuthority.cert,
    issued.key,
    ['warning', /^Certificate 2 in tls\/cert\.pem is not/],
  ],
  ['an issuer that is over', ofOld.cert + oldAuthority.cert, ofOld.key, ['warning', /^Certificate 2 .* has expired/]],
  ['another key', good.cert, issued.key, ['wrong', /^The key in .* does not belong to tls\/cert\.pem/]],
  ['no key', good.cert, '', ['wrong', /^The key of tls\/cert\.pem cannot be read from .*key\.pem/]],
  ['no certificate', 'hello', good.key, ['wrong', /^There is no certificate in tls\/cert\.pem/]],
  [
    'a torn certificate',
    good.cert.slice(0, 200),
    good.key,
    ['wrong', /^tls\/cert\.pem cannot be read as a certificate/],
  ],
  ['over', ...valid(-9, -1), ['wrong', /expired at .* Renew it\.$/]],
  ['not begun', ...valid(1, 9), ['wrong', /is not valid before .* the clock of this machine is wrong\.$/]],
  ['13 days', ...valid(-1, 13.5), ['warning', /expires in 13 days, at /]],
  ['1 day', ...valid(-1, 1.5), ['warning', /expires in 1 day, at /]],
  ['hours', ...valid(-1, 0.5), ['warning', /expires in less than a day, at /]],
  ['14 days', ...valid(-1, 14.5), ['fine', /valid until/]],
  [
    'another name, and over',
    ...([other.cert, other.key] as const),
    ['wrong', /expired/],
    ['warning', /is not for here\.example but for DNS:mx\.there\.example/],
  ],
];

for (const [title, cert, key, ...expected] of cases) {
  test(`certificates: ${title} → ${expected.map(([result]) => result).join(' and ')}`, t => {
    const home = tempDir(t);
    mkdirSync(join(home, 'tls'));
    writeFileSync(join(home, 'tls/cert.pem'), cert);
    writeFileSync(join(home, 'tls/key.pem'), key);
    const found = checkCertificates(home, { me, domainCerts: new Map() }, Date.now());
    assert.equal(found.length, expected.length, JSON.stringify(found));
    for (const [at, [result, text]] of expected.entries()) {
      assert.equal(found[at]?.result, result);
      assert.match(found[at]?.text ?? '', text);
    }
  });
}

test('certificates: none; one of domaincerts that is missing → fine; wrong, by its name', t => {
  const home = tempDir(t);
  assert.deepEqual(
    checkCertificates(home, { me, domainCerts: new Map() }, Date.now()).map(({ result }) => result),
    ['fine'],
  );
  const domainCerts = new Map([['*', { certPath: 'tls/own.pem', keyPath: 'tls/own.pem', password: undefined }]]);
  const [found] = checkCertificates(home, { me, domainCerts }, Date.now());
  assert.equal(found?.result, 'wrong');
  assert.match(found?.text ?? '', /^tls\/own\.pem cannot be read as a certificate: no such file/);
});
