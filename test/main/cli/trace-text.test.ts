// The trace as text: what links did with a message stands after its end in the queue.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { SessionTls } from '../../../core/api/session-tls.ts';
import type { TracedEvent, TracedMessage } from '../../../core/api/trace.ts';
import { traceText } from '../../../main/cli/log/trace-text.ts';

const startMs = new Date(2026, 10, 30, 12, 0, 0).getTime();

const message: TracedMessage = {
  id: 7,
  whole: true,
  bornMs: startMs,
  endMs: startMs + 2000,
  sender: 'ann@here.example',
  sizeBytes: 100,
  qp: 70,
  uid: 1000,
  messageId: null,
  arrival: { kind: 'injected', from: null, session: null, parent: null },
  events: [],
  more: 0,
  waits: [],
  children: [],
};

const intoSpool: Extract<TracedEvent, { kind: 'attempt' }> = {
  kind: 'attempt',
  atMs: startMs + 1000,
  delivery: 1,
  channel: 'local',
  recipient: 'boat-joe@sea.example',
  endMs: startMs + 1500,
  result: 'success',
  said: '',
  status: null,
  answer: null,
  tls: null,
  nextTryMs: null,
};

const overLink = (result: 'sent' | 'deferral', afterMs: number): TracedEvent => ({
  kind: 'link',
  atMs: startMs + afterMs,
  link: 'boat',
  recipient: 'joe@sea.example',
  result,
  said: '',
});

const linesOf = (traced: TracedMessage): string[] =>
  traceText({ messages: [traced], more: 0 }, () => '')
    .split('\n')
    .map(line => line.slice(line.startsWith('  2026') ? 23 : 0).trim())
    .filter(line => line !== '');

test('trace: sent over a link after its end in the queue → in the order of time', () => {
  const sent = { ...message, events: [intoSpool, overLink('deferral', 5000), overLink('sent', 9000)] };
  assert.deepEqual(linesOf(sent).slice(-4), [
    'success after 0.5 s',
    'finished: no recipients are left in the queue',
    'link boat, joe@sea.example: deferred',
    'link boat, joe@sea.example: sent',
  ]);
});

test('trace: it waits for a link → the last line says so', () => {
  const waiting = { ...message, events: [intoSpool], waits: [{ link: 'boat', recipient: 'joe@sea.example' }] };
  assert.deepEqual(linesOf(waiting).slice(-2), [
    'finished: no recipients are left in the queue',
    'By the log it waits for link boat: joe@sea.example',
  ]);
});

test('trace: still in the queue for one recipient, sent over a link for another → the end stands last', () => {
  const both = { ...message, endMs: null, events: [intoSpool, overLink('sent', 5000)] };
  assert.deepEqual(linesOf(both).slice(-2), [
    'link boat, joe@sea.example: sent',
    'By the log it is still in the queue.',
  ]);
});

const sent: [tls: Partial<SessionTls>, says: string][] = [
  [{ certificate: 'verified' }, 'sent with TLS 1.3, certificate verified'],
  [{ certificate: 'pinned' }, 'sent with TLS 1.3, certificate pinned'],
  [{ certificate: 'unverified' }, 'sent with TLS 1.3, certificate not verified'],
  [
    { version: 'TLSv1.2', certificate: 'unverified', why: 'it has expired' },
    'sent with TLS 1.2, certificate not verified: it has expired',
  ],
];

for (const [some, says] of sent) {
  test(`trace: a delivery within TLS, ${some.certificate} → ${says}`, () => {
    const tls: SessionTls = { version: 'TLSv1.3', cipher: 'X', certificate: 'verified', why: '', ...some };
    const lines = linesOf({ ...message, events: [{ ...intoSpool, channel: 'remote', tls }] });
    assert.ok(lines.includes(says), lines.join('\n'));
  });
}
