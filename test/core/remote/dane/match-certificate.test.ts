// Which TLSA records count, and which certificates they name.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { daneObjection } from '../../../../core/remote/dane/match-certificate.ts';
import { usableRecords } from '../../../../core/remote/dane/tlsa.ts';
import { issue } from '../../../support/certificates.ts';

const server = issue({ subject: 'other.example', days: [-20, -10] });
const certificate = new X509Certificate(server.cert);
const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
const hash = (digest: string, raw: Buffer) => createHash(digest).update(raw).digest('hex');

function record(usage: number, selector: number, matchingType: number, hex: string) {
  return { usage, selector, matchingType, certificate: Buffer.from(hex, 'hex') };
}

const named: [what: string, record: ReturnType<typeof record>, expected: 'named' | 'not named' | 'not usable'][] = [
  ['3 0 0, the certificate', record(3, 0, 0, certificate.raw.toString('hex')), 'named'],
  ['3 0 1', record(3, 0, 1, hash('sha256', certificate.raw)), 'named'],
  ['3 0 2', record(3, 0, 2, hash('sha512', certificate.raw)), 'named'],
  ['3 1 0, the key', record(3, 1, 0, spki.toString('hex')), 'named'],
  ['3 1 1', record(3, 1, 1, hash('sha256', spki)), 'named'],
  ['3 1 2', record(3, 1, 2, hash('sha512', spki)), 'named'],
  ['the digest of something else', record(3, 1, 1, hash('sha256', certificate.raw)), 'not named'],
  ['the usage of CAs', record(2, 1, 1, hash('sha256', spki)), 'not named'],
  ['usage 0', record(0, 1, 1, hash('sha256', spki)), 'not usable'],
  ['usage 1', record(1, 1, 1, hash('sha256', spki)), 'not usable'],
  ['selector 2', record(3, 2, 1, hash('sha256', spki)), 'not usable'],
  ['matching type 3', record(3, 1, 3, hash('sha256', spki)), 'not usable'],
  ['a digest that is too short', record(3, 1, 1, 'abcd'), 'not usable'],
  ['nothing', record(3, 1, 0, ''), 'not usable'],
];

for (const [what, data, expected] of named) {
  test(`TLSA: ${what}, of a certificate that has expired and another name → ${expected}`, () => {
    const usable = usableRecords([data]);
    assert.equal(usable.length, expected === 'not usable' ? 0 : 1);
    if (expected === 'not usable') return;
    const objection = daneObjection(certificate, { kind: 'dane', records: usable, names: ['mx.example'] });
    assert.equal(objection, expected === 'named' ? undefined : 'the certificate is not what the TLSA records say');
  });
}
