// The log line with the fields of a delivery's end, byte for byte.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryFields } from '../../../../core/log-lines/queue/delivery-fields.ts';
import type { OutcomeFields } from '../../../../core/paper-path/outcome.ts';

const lines: readonly (readonly [fields: OutcomeFields, line: string])[] = [
  [{ status: '4.4.1', answer: undefined }, 'status: delivery 7 is 4.4.1'],
  [
    { status: '4.7.1', answer: { code: 451, words: '4.7.1 try later', host: 'mx.far.example', ip: '192.0.2.1' } },
    'status: delivery 7 is 4.7.1, 451 by mx.far.example 192.0.2.1: 4.7.1_try_later',
  ],
  [{ status: undefined, answer: { code: 250, words: 'ok' } }, 'status: delivery 7 is -, 250 by - -: ok'],
  [{ status: '5.1.1', answer: { words: '', host: 'a b', ip: '::1' } }, 'status: delivery 7 is 5.1.1, - by a_b ::1: '],
];

for (const [fields, line] of lines) {
  test(`fields of a delivery's end: ${JSON.stringify(fields)} → ${line}`, () => {
    assert.equal(deliveryFields.format({ delivery: 7, ...fields }), line);
  });
}
