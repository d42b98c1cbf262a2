// Questions to a resolver on loopback, and whether it vouches for its answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode } from 'dns-packet';
import { systemClock } from '../../../../core/lib/clock.ts';
import { createAskSecurely } from '../../../../core/remote/dane/ask-securely.ts';
import { records, type SecureReply, startSecureDns } from '../../../support/secure-dns.ts';

const answers = [records.a('a.example', '192.0.2.1')];

const replies: [what: string, reply: SecureReply, expected: string][] = [
  ['vouched for', { answers }, 'secure 1'],
  ['not vouched for', { answers, isSecure: false }, 'insecure 1'],
  ['the name does not exist', { rcode: 3 }, 'secure 0'],
  ['bogus (SERVFAIL)', { rcode: 2 }, 'failed'],
  ['refused', { rcode: 5 }, 'failed'],
  ['the question is not understood (FORMERR)', { rcode: 1 }, 'insecure 0'],
  ['cut off: asked again by TCP', { answers, isCut: true }, 'secure 1'],
  ['after garbage', { answers, before: () => Buffer.from('no packet') }, 'secure 1'],
  [
    'after a name that points to itself',
    { answers, before: query => Buffer.concat([query.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]) },
    'secure 1',
  ],
  [
    'after a reply to another question',
    { answers, before: query => forged(query, { id: 0, name: 'a.example' }) },
    'secure 1',
  ],
  ['after a reply about another name', { answers, before: query => forged(query, { name: 'b.example' }) }, 'secure 1'],
];

function forged(query: Buffer, { id, name }: { id?: number; name: string }): Buffer {
  const real = decode(query).id ?? 0;
  const questions = [{ name, type: 'A' }] as const;
  return encode({ type: 'response', id: id === undefined ? real : real ^ 1, questions: [...questions], answers: [] });
}

for (const [what, reply, expected] of replies) {
  test(`ask securely: ${what} → ${expected}`, async t => {
    const dns = await startSecureDns(t, { 'a.example A': reply });
    const ask = createAskSecurely([dns.place], systemClock);
    const answer = await ask?.('a.example', 'A');
    const said =
      answer?.kind === 'answered'
        ? `${answer.isSecure ? 'secure' : 'insecure'} ${answer.records.length}`
        : answer?.kind;
    assert.equal(said, expected);
    if (reply.isCut) assert.deepEqual(dns.asked, ['a.example A', 'a.example A by TCP']);
  });
}

const places: [servers: string[], isAsked: boolean][] = [
  [['127.0.0.1'], true],
  [['127.0.0.53:5353', '[::1]:53'], true],
  [['::1'], true],
  [['192.0.2.1'], false],
  [['127.0.0.1', '192.0.2.1'], false],
  [['2001:db8::1'], false],
];

for (const [servers, isAsked] of places) {
  test(`ask securely: ${servers.join(', ')} → ${isAsked ? 'asked' : 'not believed'}`, () => {
    assert.equal(createAskSecurely(servers, systemClock) !== undefined, isAsked);
  });
}
