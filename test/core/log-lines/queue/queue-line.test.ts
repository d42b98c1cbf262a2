// Every kind of line of the delivery log: what is written is read, and nothing else is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logField } from '../../../../core/log-lines/field.ts';
import type { LineKind } from '../../../../core/log-lines/line-kind.ts';
import { bounce } from '../../../../core/log-lines/queue/bounce.ts';
import { decisions } from '../../../../core/log-lines/queue/decision.ts';
import { deliveryEnd, forwardsIn } from '../../../../core/log-lines/queue/delivery-end.ts';
import { deliveryFields } from '../../../../core/log-lines/queue/delivery-fields.ts';
import { deliveryStart } from '../../../../core/log-lines/queue/delivery-start.ts';
import { deliveryTls } from '../../../../core/log-lines/queue/delivery-tls.ts';
import { doubleBounce, tripleBounce } from '../../../../core/log-lines/queue/discarded-bounce.ts';
import { exiting } from '../../../../core/log-lines/queue/exiting.ts';
import { messageEnd } from '../../../../core/log-lines/queue/message-end.ts';
import { messageHash } from '../../../../core/log-lines/queue/message-hash.ts';
import { loggedMessageId } from '../../../../core/log-lines/queue/message-id.ts';
import { messageInfo } from '../../../../core/log-lines/queue/message-info.ts';
import { messageStart } from '../../../../core/log-lines/queue/message-start.ts';
import { notices } from '../../../../core/log-lines/queue/notice.ts';
import { alert, warning } from '../../../../core/log-lines/queue/problem.ts';
import { parseQueueLine, type QueueLine } from '../../../../core/log-lines/queue/queue-line.ts';
import { runningDeliveries } from '../../../../core/log-lines/queue/running-deliveries.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map(raw => Buffer.from(raw).toString('latin1'));
const number = fc.nat();
const channel = fc.constantFrom('local' as const, 'remote' as const);
const perChannel = fc.record({ local: number, remote: number }, { noNullPrototype: true });
const toRecipient = fc.record({ id: number, channel, recipient: bytes });
const optional = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
const name = optional(bytes.filter(text => text !== '' && text !== '-'));
const code = optional(fc.integer({ min: 200, max: 599 }));

/** One kind, what may be written in it, and how it comes back. */
function kind<Line extends QueueLine>(
  { format, parse }: LineKind<Line>,
  written: fc.Arbitrary<Omit<Line, 'kind'>>,
  logged: (written: Omit<Line, 'kind'>) => Omit<Line, 'kind'> = same => same,
) {
  return { format, parse, written, logged } as unknown as {
    readonly format: (written: unknown) => string;
    readonly parse: (line: string) => QueueLine | undefined;
    readonly written: fc.Arbitrary<unknown>;
    readonly logged: (written: unknown) => object;
  };
}

const withRecipient = <T extends { recipient: string }>(one: T): T => ({ ...one, recipient: logField(one.recipient) });

const kinds: Readonly<Record<QueueLine['kind'], ReturnType<typeof kind>>> = {
  new: kind(messageStart, fc.record({ id: number })),
  end: kind(messageEnd, fc.record({ id: number })),
  info: kind(
    messageInfo,
    fc.record({ id: number, sizeBytes: number, sender: bytes, qp: number, uid: number }),
    ({ sender, ...rest }) => ({ ...rest, sender: logField(sender) }),
  ),
  'message-id': kind(
    loggedMessageId,
    fc.record({ id: number, messageId: bytes.map(text => `<${text}>`) }),
    ({ id, messageId }) => ({ id, messageId: logField(messageId) }),
  ),
  hash: kind(messageHash, fc.record({ id: number, sha256: fc.stringMatching(/^[0-9a-f]{64}$/) })),
  starting: kind(deliveryStart, fc.record({ delivery: number, id: number, channel, recipient: bytes }), withRecipient),
  fields: kind(
    deliveryFields,
    fc.record({
      delivery: number,
      status: optional(fc.constantFrom('4.0.0', '5.999.1')),
      answer: optional(fc.record({ code, words: bytes, host: name, ip: name })),
    }),
    ({ answer, ...rest }) => ({
      ...rest,
      answer: answer && {
        code: answer.code,
        host: answer.host === undefined ? undefined : logField(answer.host),
        ip: answer.ip === undefined ? undefined : logField(answer.ip),
        words: logField(answer.words),
      },
    }),
  ),
  tls: kind(
    deliveryTls,
    fc.record({
      delivery: number,
      tls: fc
        .oneof(
          fc.record({ certificate: fc.constantFrom('verified' as const, 'pinned' as const) }),
          fc.record({
            certificate: fc.constant('unverified' as const),
            why: optional(bytes.filter(text => text !== '')),
          }),
        )
        .map(rest => ({ version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', ...rest })),
    }),
    ({ delivery, tls }) => ({ delivery, tls: { ...tls, why: tls.why === undefined ? undefined : logField(tls.why) } }),
  ),
  ended: kind(
    deliveryEnd,
    fc.record({
      delivery: number,
      result: fc.constantFrom('success' as const, 'deferral' as const, 'failure' as const),
      report: bytes,
    }),
    ({ report, ...rest }) => ({ ...rest, report: logField(report) }),
  ),
  running: kind(runningDeliveries, fc.record({ running: perChannel, limit: perChannel, stopping: fc.boolean() })),
  held: kind(decisions.held, toRecipient, withRecipient),
  released: kind(decisions.released, toRecipient, withRecipient),
  returned: kind(decisions.returned, toRecipient, withRecipient),
  deleted: kind(decisions.deleted, toRecipient, withRecipient),
  bounce: kind(bounce, fc.record({ id: number, qp: number })),
  delay: kind(notices.delay, fc.record({ id: number, qp: number })),
  success: kind(notices.success, fc.record({ id: number, qp: number })),
  'double bounce': kind(doubleBounce, fc.record({ id: number })),
  'triple bounce': kind(tripleBounce, fc.record({ id: number })),
  exiting: kind(exiting, fc.constant({})),
  warning: kind(warning, fc.record({ text: bytes })),
  alert: kind(alert, fc.record({ text: bytes })),
};

for (const [name, { format, parse, written, logged }] of Object.entries(kinds)) {
  test(`log line '${name}': any bytes in it → read as the log has them, as this kind and no other`, () => {
    fc.assert(
      fc.property(written, some => {
        const line = format(some);
        const expected = { kind: name, ...logged(some) };
        assert.deepEqual(parse(line), expected);
        assert.deepEqual(parseQueueLine(line), expected);
        assert.equal(format(expected), line);
        for (const [other, { parse: parseOther }] of Object.entries(kinds)) {
          if (other !== name) assert.equal(parseOther(line), undefined, `${other} reads ${line}`);
        }
      }),
    );
  });
}

test('log line: any words in any order → a record that writes the same line, or undefined', () => {
  const words =
    `new end info msg starting delivery 1: 7 7: to local a@b success: status: exiting is <x> bounce delay qp held
    99999999999999999999 report mangled, will defer double triple discarding bounce/7 warning:`.split(/\s+/);
  const line = fc.array(fc.constantFrom(...words), { maxLength: 8 }).map(some => some.join(' '));
  fc.assert(
    fc.property(fc.oneof(line, bytes), text => {
      const parsed = parseQueueLine(text);
      if (!parsed || text.endsWith(': report mangled, will defer')) return;
      const again = kinds[parsed.kind].format(parsed);
      // Strangers' numbers may have too many digits for a number, or start with 0.
      if (!/\d{16}|\b0\d/.test(text) && !/[^!-~ ]|%/.test(text)) assert.equal(again, text);
    }),
  );
});

for (const [line, parsed] of [
  ['delivery 4: report mangled, will defer', { kind: 'ended', delivery: 4, result: 'deferral', report: '' }],
  ['status: delivery 7', undefined],
  ['status: delivery 7 is 4.7', undefined],
  ['status: deliveries paused', undefined],
  ['new msg x', undefined],
  ['', undefined],
] as const) {
  test(`log line: ${line || 'nothing'} → ${JSON.stringify(parsed)}`, () =>
    assert.deepEqual(parseQueueLine(line), parsed));
}

for (const [report, qps] of [
  ['did_0+1+0/qp_4002/', [4002]],
  ['did_0+2+0/qp_1/qp_22/', [1, 22]],
  ['qp_5', [5]],
  ['Remote_host_said:_250_ok_1795253752_qp_4001/', []],
  ['did_1+0+0/', []],
] as const) {
  test(`forwards in a report: ${report} → ${JSON.stringify(qps)}`, () =>
    assert.deepEqual(forwardsIn({ kind: 'ended', delivery: 1, result: 'success', report }), qps));
}
