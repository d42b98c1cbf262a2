import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFollowLives } from '../../../../core/explain/trace/lives.ts';
import { forwardsIn, parseLogLine } from '../../../../core/log-lines/queue/queue-line.ts';
import { createQueueLog, logSafe, type QueueLog } from '../../../../core/queue/queue-log.ts';

/** The line that an event of the queue writes. */
function lineOf(write: (log: QueueLog) => void): string {
  let line = '';
  write(
    createQueueLog(text => {
      line = text;
    }, '/queue'),
  );
  return line;
}

const bytes = fc.uint8Array({ maxLength: 40 }).map(raw => Buffer.from(raw).toString('latin1'));
const number = fc.nat();
const channel = fc.constantFrom('local' as const, 'remote' as const);

test('log line: every event of the queue with any bytes in it → is read as what was written', () => {
  fc.assert(
    fc.property(number, number, bytes, channel, (id, other, text, where) => {
      const recipient = logSafe(text);
      assert.deepEqual(parseLogLine(lineOf(log => log.newMessage(id))), { kind: 'new', id });
      assert.deepEqual(parseLogLine(lineOf(log => log.end(id))), { kind: 'end', id });
      assert.deepEqual(parseLogLine(lineOf(log => log.bounced(id, other))), { kind: 'bounce', id, qp: other });
      assert.deepEqual(parseLogLine(lineOf(log => log.tripleBounce(id))), { kind: 'triple bounce', id });
      assert.deepEqual(parseLogLine(lineOf(log => log.info(id, 5, text, other, 6))), {
        kind: 'info',
        id,
        info: { sizeBytes: 5, sender: recipient, qp: other, uid: 6 },
      });
      assert.deepEqual(parseLogLine(lineOf(log => log.starting(other, id, where, text))), {
        kind: 'starting',
        delivery: other,
        id,
        channel: where,
        recipient,
      });
      assert.deepEqual(parseLogLine(lineOf(log => log.ended(other, { kind: 'later', status: '4.0.0', text }))), {
        kind: 'ended',
        delivery: other,
        result: 'deferral',
        report: recipient,
      });
      assert.deepEqual(parseLogLine(lineOf(log => log.decided('returned', id, where, text))), {
        kind: 'returned',
        id,
        channel: where,
        recipient,
      });
      assert.deepEqual(parseLogLine(lineOf(log => log.identity(id, `<${text}>`))), {
        kind: 'identity',
        id,
        messageId: `<${recipient}>`,
      });
    }),
  );
});

test('log line: any words in any order → an event or undefined; following them never fails', () => {
  const words = [
    'new',
    'end',
    'info',
    'msg',
    'starting',
    'delivery',
    '1:',
    '7',
    '7:',
    'to',
    'local',
    'a@b',
    'success:',
    'status:',
    'exiting',
    'is',
    '<x>',
    'bounce',
    'qp',
    'held',
    '99999999999999999999',
  ];
  const line = fc.array(fc.constantFrom(...words), { maxLength: 8 }).map(some => some.join(' '));
  fc.assert(
    fc.property(fc.array(fc.oneof(line, bytes), { maxLength: 30 }), lines => {
      const follow = createFollowLives();
      for (const [at, text] of lines.entries()) {
        const event = parseLogLine(text);
        const happening = event && follow(at, event);
        if (happening) assert.ok(happening.life.seenMs <= at);
      }
    }),
  );
});

for (const [line, event] of [
  ['delivery 4: report mangled, will defer', { kind: 'ended', delivery: 4, result: 'deferral', report: '' }],
  ['status: exiting', { kind: 'exiting' }],
  ['status: local 1/3 remote 0/20', undefined],
  ['warning: new msg 7', undefined],
  ['new msg x', undefined],
  ['', undefined],
] as const) {
  test(`log line: ${line || 'nothing'} → ${JSON.stringify(event)}`, () => assert.deepEqual(parseLogLine(line), event));
}

for (const [report, qps] of [
  ['did_0+1+0/qp_4002/', [4002]],
  ['did_0+2+0/qp_1/qp_22/', [1, 22]],
  ['qp_5', [5]],
  ['Remote_host_said:_250_ok_1795253752_qp_4001/', []],
  ['did_1+0+0/', []],
] as const) {
  test(`forwards in a report: ${report} → ${JSON.stringify(qps)}`, () => assert.deepEqual(forwardsIn(report), qps));
}
