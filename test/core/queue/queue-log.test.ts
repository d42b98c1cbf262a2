// Every line of qmail-send's log that Waypost can write, byte for byte (queue.md section 8, vectors 1 to 4 and 10).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQueueLog, type QueueLog } from '../../../core/queue/queue-log.ts';

const running = { local: 1, remote: 0 };
const limit = { local: 3, remote: 20 };

const lines: readonly [(log: QueueLog) => void, string][] = [
  [log => log.newMessage(2187267), 'new msg 2187267'],
  [
    log => log.info(2187267, 209, 'joe@heaven.af.mil', 15550, 0),
    'info msg 2187267: bytes 209 from <joe@heaven.af.mil> qp 15550 uid 0',
  ],
  [log => log.info(7, 1, '', 2, 3), 'info msg 7: bytes 1 from <> qp 2 uid 3'],
  [log => log.info(7, 1, 'a b\n%\xe4@x', 2, 3), 'info msg 7: bytes 1 from <a_b/__@x> qp 2 uid 3'],
  [
    log => log.starting(1, 2187267, 'local', 'fred@heaven.af.mil'),
    'starting delivery 1: msg 2187267 to local fred@heaven.af.mil',
  ],
  [log => log.starting(2, 7, 'remote', 'b c@x'), 'starting delivery 2: msg 7 to remote b_c@x'],
  [log => log.status(running, limit, false), 'status: local 1/3 remote 0/20'],
  [log => log.status(running, limit, true), 'status: local 1/3 remote 0/20 exitasap'],
  [log => log.ended(1, { kind: 'done', text: 'did 1+0+0\n' }), 'delivery 1: success: did_1+0+0/'],
  [
    log => log.ended(12, { kind: 'later', status: '4.9.9', text: 'try again (#4.9.9)\n' }),
    'delivery 12: deferral: try_again_(#4.9.9)/',
  ],
  [
    log =>
      log.ended(2, {
        kind: 'never',
        status: '5.0.0',
        text: "try again (#4.9.9)\nI'm not going to try again; this message has been in the queue too long.\n",
      }),
    "delivery 2: failure: try_again_(#4.9.9)/I'm_not_going_to_try_again;_this_message_has_been_in_the_queue_too_long./",
  ],
  [log => log.identity(7, '<a b@x>'), 'status: msg 7 is <a_b@x>'],
  [log => log.ended(9, { kind: 'never', status: '5.0.0', text: '' }), 'delivery 9: failure: '],
  [
    log => log.ended(6, { kind: 'done', text: '127.0.0.1 accepted message.\nRemote host said: 250 ok queued\n' }),
    'delivery 6: success: 127.0.0.1_accepted_message./Remote_host_said:_250_ok_queued/',
  ],
  [
    // remote.md 2
    log =>
      log.ended(7, {
        kind: 'never',
        status: '5.0.0',
        text: '127.0.0.1 does not like recipient.\nRemote host said: 550 no such user\nGiving up on 127.0.0.1.\n',
      }),
    'delivery 7: failure: 127.0.0.1_does_not_like_recipient./Remote_host_said:_550_no_such_user/Giving_up_on_127.0.0.1./',
  ],
  [
    log =>
      log.fields(7, {
        kind: 'done',
        text: 'ok\n',
        tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', certificate: 'unverified', why: 'it is new' },
      }),
    'status: delivery 7 over TLSv1.3 TLS_AES_256_GCM_SHA384: unverified it_is_new',
  ],
  [log => log.bounced(19287, 15600), 'bounce msg 19287 qp 15600'],
  [log => log.delayed(19287, 15600), 'delay msg 19287 qp 15600'],
  [log => log.doubleBounce(19287), 'double bounce: discarding bounce/19287'],
  [log => log.tripleBounce(19287), 'triple bounce: discarding bounce/19287'],
  [log => log.end(2187267), 'end msg 2187267'],
  [log => log.exiting(), 'status: exiting'],
  [log => log.hash(7, '1f'), 'status: msg 7 has sha256 1f'],
  [log => log.decided('held', 7, 'remote', 'b c@x'), 'held msg 7 to remote b_c@x'],
  [
    log => log.warning('trouble opening /home/queue/remote/16/2187270; will try again later'),
    'warning: trouble opening remote/16/2187270; will try again later',
  ],
  [
    log => log.warning('trouble marking /home/queue/local/3/3; message will be delivered twice!'),
    'warning: trouble marking local/3/3; message will be delivered twice!',
  ],
  [log => log.alert('unable to opendir /home/queue/todo, sleeping...'), 'alert: unable to opendir todo, sleeping...'],
];

for (const [event, line] of lines) {
  test(`queue log: ${event.toString().slice(11).replace(/\s+/g, ' ')} → ${line}`, () => {
    const written: string[] = [];
    event(createQueueLog(text => written.push(text), '/home/queue'));
    assert.deepEqual(written, [line]);
  });
}

test('queue log: what a server says at length → its beginning, in both lines', () => {
  const written: string[] = [];
  const log = createQueueLog(text => written.push(text), '/home/queue');
  const text = 'z'.repeat(5000);
  const answer = { code: 451, host: 'mx.example', ip: '192.0.2.1', words: text };
  const outcome = { kind: 'later', text, status: '4.2.0', answer } as const;
  log.fields(7, outcome);
  log.ended(7, outcome);
  assert.deepEqual(
    written.map(line => line.replace(/z{1000}/, 'Z')),
    ['status: delivery 7 is 4.2.0, 451 by mx.example 192.0.2.1: Z...', 'delivery 7: deferral: Z...'],
  );
});

test('queue log: a delivery without status or answer → no line for its fields', () => {
  const written: string[] = [];
  createQueueLog(text => written.push(text), '/home/queue').fields(7, { kind: 'done', text: 'did 1+0+0\n' });
  assert.deepEqual(written, []);
});
