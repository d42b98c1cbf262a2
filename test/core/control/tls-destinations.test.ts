// The lines of control/tlsdestinations, in the form of s/qmail 3 and in that of its successor.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTlsDestination, type TlsDestination, tlsDestinations } from '../../../core/control/tls-destinations.ts';

const plain = {
  caPath: undefined,
  pin: undefined,
  ciphers: undefined,
  depth: undefined,
  port: undefined,
  implicit: false,
  senderDomain: undefined,
};
const sha256 = 'AB'.repeat(32);

const lines: [key: string, value: string, means: Partial<TlsDestination>][] = [
  ['a.example', '', {}],
  ['a.example', '/etc/ssl/ca.pem', { caPath: '/etc/ssl/ca.pem' }],
  ['a.example', '/etc/ssl/certs/||3;465', { caPath: '/etc/ssl/certs/', depth: 3, port: 465 }],
  ['a.example', '/etc/ssl/certs/|3;465', { caPath: '/etc/ssl/certs/', depth: 3, port: 465 }],
  ['a.example', '|HIGH:!aNULL', { ciphers: 'HIGH:!aNULL' }],
  ['a.example', 'ca|HIGH|2', { caPath: 'ca', ciphers: 'HIGH', depth: 2 }],
  ['a.example', 'ca|2|HIGH', { caPath: 'ca', ciphers: 'HIGH', depth: 2 }],
  [
    'a.example',
    'ca|2;s587|HIGH|Me.example',
    {
      ...{ caPath: 'ca', ciphers: 'HIGH', depth: 2, port: 587, implicit: true, senderDomain: 'me.example' },
    },
  ],
  ['a.example', 'ca||2|me.example', { caPath: 'ca', depth: 2, senderDomain: 'me.example' }],
  ['a.example', ';35', { port: 35 }],
  ['a.example', ';s2465', { port: 2465, implicit: true }],
  ['%a.example', `=${sha256}`, { pin: { digest: 'sha256', hex: 'ab'.repeat(32) } }],
  [
    '%a.example',
    `=${'AB:'.repeat(20).slice(0, -1)}||;465`,
    { pin: { digest: 'sha1', hex: 'ab'.repeat(20) }, port: 465 },
  ],
  ['%a.example', `=${'0'.repeat(56)}`, { pin: { digest: 'sha224', hex: '0'.repeat(56) } }],
  ['%a.example', `=${'f'.repeat(128)}`, { pin: { digest: 'sha512', hex: 'f'.repeat(128) } }],
];

for (const [key, value, means] of lines) {
  test(`tlsdestinations: ${key}:${value.slice(0, 40)} → ${Object.keys(means).join(', ') || 'nothing besides'}`, () => {
    assert.deepEqual(parseTlsDestination(key, value, 7), { kind: 'rule', line: 7, ...plain, ...means });
  });
}

const wrong: [key: string, value: string, why: RegExp][] = [
  ['a.example', 'ca|HIGH|LOW', /must be a depth, a port, or both/],
  ['a.example', 'ca|2|3', /must be a depth, a port, or both/],
  ['a.example', ';70000', /70000 is not a port/],
  ['a.example', ';0', /0 is not a port/],
  ['a.example', 'a|b|1|d|e', /more than four fields/],
  ['%a.example', '=ABC', /fingerprint is not hex/],
  ['%a.example', `=${'g'.repeat(64)}`, /fingerprint is not hex/],
  ['%a.example', 'ca.pem', /needs a fingerprint/],
];

for (const [key, value, why] of wrong) {
  test(`tlsdestinations: ${key}:${value.slice(0, 20)} → broken, with what to write`, () => {
    const parsed = parseTlsDestination(key, value, 7);
    assert.ok(parsed.kind === 'broken' && parsed.line === 7);
    assert.match(parsed.why, why);
  });
}

test('tlsdestinations: lines with one key → all kept; a line without a colon → ignored', () => {
  const table = tlsDestinations([
    { text: 'A.example:', line: 1 },
    { text: 'nothing', line: 2 },
    { text: 'a.example:|||me.example', line: 3 },
  ]);
  assert.deepEqual(
    [...table].map(([key, found]) => [key, found.map(({ line }) => line)]),
    [['a.example', [1, 3]]],
  );
});

test('tlsdestinations: depth, port and ciphers in either order → the same', () => {
  const place = fc
    .tuple(fc.option(fc.nat(999)), fc.option(fc.integer({ min: 1, max: 65_535 })), fc.boolean())
    .map(([depth, port, s]) => `${depth ?? ''}${port === null ? '' : `;${s ? 's' : ''}${port}`}`);
  const ciphers = fc.constantFrom('HIGH', 'ALL:!aNULL', 'TLS_AES_256_GCM_SHA384');
  fc.assert(
    fc.property(
      place.filter(text => text !== ''),
      ciphers,
      (where, which) => {
        const [one, other] = [`ca|${which}|${where}`, `ca|${where}|${which}`].map(value =>
          parseTlsDestination('a', value, 1),
        );
        assert.deepEqual(one, other);
        assert.equal(one?.kind, 'rule');
      },
    ),
  );
});

test('tlsdestinations: any bytes → a rule or a sentence', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('|', ';', 's', '=', '1', 'a', ':', '/') }),
      (key, value) => {
        const parsed = parseTlsDestination(key, value, 1);
        assert.ok(parsed.kind === 'rule' || parsed.why.endsWith('.'));
      },
    ),
  );
});
