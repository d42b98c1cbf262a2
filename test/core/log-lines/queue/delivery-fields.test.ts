// The log line with the fields of a delivery's end: written and read in one place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatOutcomeLine, parseOutcomeLine } from '../../../../core/log-lines/queue/delivery-fields.ts';
import { logSafe } from '../../../../core/queue/queue-log.ts';

const lines: readonly (readonly [fields: Parameters<typeof formatOutcomeLine>[1], line: string | undefined])[] = [
  [{ status: undefined, answer: undefined }, undefined],
  [{ status: '4.4.1', answer: undefined }, 'status: delivery 7 is 4.4.1'],
  [
    { status: '4.7.1', answer: { code: 451, words: '4.7.1 try later', host: 'mx.far.example', ip: '192.0.2.1' } },
    'status: delivery 7 is 4.7.1, 451 by mx.far.example 192.0.2.1: 4.7.1_try_later',
  ],
  [{ status: undefined, answer: { code: 250, words: 'ok' } }, 'status: delivery 7 is -, 250 by - -: ok'],
  [{ status: '5.1.1', answer: { words: '', host: 'a b', ip: '::1' } }, 'status: delivery 7 is 5.1.1, - by a_b ::1: '],
];

for (const [fields, line] of lines) {
  test(`formatOutcomeLine: ${JSON.stringify(fields)} → ${line}`, () => {
    assert.equal(formatOutcomeLine(7, fields, logSafe), line);
  });
}

test('outcome line: any fields → read as they are in the log', () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map(raw => Buffer.from(raw).toString('latin1'));
  const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
  const name = maybe(bytes.filter(text => text !== '' && text !== '-'));
  const answer = fc.record({ code: maybe(fc.integer({ min: 200, max: 599 })), words: bytes, host: name, ip: name });
  fc.assert(
    fc.property(fc.nat(), maybe(fc.constantFrom('4.0.0', '5.999.1')), maybe(answer), (delivery, status, said) => {
      const line = formatOutcomeLine(delivery, { status, answer: said }, logSafe);
      if (line === undefined) return assert.ok(!status && !said);
      const { code, words = '', host, ip } = said ?? {};
      const safe = (text: string | undefined) => (text === undefined ? undefined : logSafe(text));
      const logged = said && { code, host: safe(host), ip: safe(ip), words: logSafe(words) };
      assert.deepEqual(parseOutcomeLine(line), { delivery, status, answer: logged });
    }),
  );
});

test('parseOutcomeLine: other lines → nothing', () => {
  for (const line of ['status: delivery 7', 'status: local 1/10 remote 0/20', 'status: delivery 7 is 4.7', 'x'])
    assert.equal(parseOutcomeLine(line), undefined);
});
