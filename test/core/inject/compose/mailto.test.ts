// A mailto link (RFC 6068) fills only the harmless fields of a new message, and never adds a field of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseMailto } from '../../../../core/inject/compose/mailto.ts';

const none = { to: '', cc: '', bcc: '', subject: '', body: '' };

const urls: readonly (readonly [string, Partial<typeof none>])[] = [
  ['mailto:', {}],
  ['mailto:a@b.example', { to: 'a@b.example' }],
  ['MAILTO:a@b.example,c@d.example', { to: 'a@b.example,c@d.example' }],
  ['mailto:?to=a@b.example&TO=c@d.example', { to: 'a@b.example, c@d.example' }],
  ['mailto:a@b.example?to=c@d.example', { to: 'a@b.example, c@d.example' }],
  ['mailto:%22not%40me%22@b.example', { to: '"not@me"@b.example' }],
  ['mailto:a+b@c.example?subject=1+1', { to: 'a+b@c.example', subject: '1+1' }],
  ['mailto:?cc=x@y&bcc=z@y', { cc: 'x@y', bcc: 'z@y' }],
  ['mailto:?subject=caf%C3%A9', { subject: 'café' }],
  ['mailto:?subject==?utf-8?Q?caf=C3=A9?=', { subject: 'café' }],
  ['mailto:?body=one%0D%0Atwo%0Athree', { body: 'one\ntwo\nthree' }],
  ['mailto:?subject=a%0D%0ABcc:%20evil@x', { subject: 'a Bcc: evil@x' }],
  ['mailto:a@b%0ABcc:evil@x', { to: 'a@b Bcc:evil@x' }],
  ['mailto:?attach=/etc/passwd&attachment=/etc/passwd&from=x@y&x', {}],
  ['mailto:100%@x?subject=50%zz', { to: '100%@x', subject: '50%zz' }],
  ['mailto:a@b.example?subject=x#y', { to: 'a@b.example', subject: 'x' }],
];

test('parseMailto: RFC 6068 → only the safe fields', () => {
  assert.deepEqual(
    urls.map(([url]) => [url, parseMailto(url)]),
    urls.map(([url, fields]) => [url, { ...none, ...fields }]),
  );
});

test('parseMailto: another scheme → undefined', () => {
  for (const url of ['', 'http://x', 'xmailto:a@b']) assert.equal(parseMailto(url), undefined);
});

test('parseMailto: anything → no line end outside the body', () => {
  fc.assert(
    fc.property(fc.string(), rest => {
      const request = parseMailto(`mailto:${rest}`);
      const { to, cc, bcc, subject } = request ?? none;
      assert.doesNotMatch(to + cc + bcc + subject, /[\r\n]/);
    }),
  );
});
