// What the log says about messages of a host that delivered, forwarded, deferred and bounced.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTrySec } from '../../../core/queue/run/retry-schedule.ts';
import type { ReadLog } from '../../../core/trace/read-events.ts';
import { createTrace } from '../../../core/trace/trace.ts';

/** `seconds text` in each line; blanks before it are left out. */
function logOf(text: string): ReadLog {
  const lines = text
    .trim()
    .split('\n')
    .map(line => /^\s*([\d.]+) (.*)$/.exec(line) ?? [])
    .map(([, at, rest = '']) => ({ atMs: Math.round(Number(at) * 1000), text: rest }));
  return async function* () {
    // In pieces of three lines.
    for (let at = 0; at < lines.length; at += 3) yield lines.slice(at, at + 3);
  };
}

function traced(send: string, query: string, sessions = '', limit = 20) {
  const trace = createTrace({
    send: logOf(send),
    sessions: logOf(sessions),
    nextTry: (born, start, channel) => 1000 * nextTrySec(Math.floor(born / 1000), Math.floor(start / 1000), channel),
  });
  return trace['explain.trace']({ query, limit });
}

const day = `
  100 new msg 7
  100 info msg 7: bytes 209 from <Joe@far.example> qp 4001 uid 82
  100 status: msg 7 is <first@far.example>
  101 starting delivery 1: msg 7 to local ann@here.example
  101 status: local 1/10 remote 0/20
  101 starting delivery 2: msg 7 to remote bob@far.example
  102 new msg 9
  102 info msg 9: bytes 260 from <joe@far.example> qp 4002 uid 0
  102 delivery 1: success: did_0+1+0/qp_4002/
  103 starting delivery 3: msg 9 to remote ann@away.example
  104 delivery 3: success: 192.0.2.1_accepted_message./Remote_host_said:_250_ok_1795253752_qp_4001/
  104 end msg 9
  104 delivery 2: deferral: 192.0.2.9_does_not_like_recipient./
  120 held msg 7 to remote bob@far.example
  130 released msg 7 to remote bob@far.example
  500 starting delivery 4: msg 7 to remote bob@far.example
  501 status: delivery 4 over TLSv1.3 X: unverified the_certificate_has_expired
  501 status: delivery 4 is 5.1.1, 550 by mx.far.example 192.0.2.9: 5.1.1_no_such_user
  501 delivery 4: failure: 192.0.2.9_does_not_like_recipient./Remote_host_said:_550_5.1.1_no_such_user/Giving_up_on_192.0.2.9./
  502 new msg 8
  502 info msg 8: bytes 900 from <> qp 4003 uid 86
  502 bounce msg 7 qp 4003
  502 end msg 7
  503 starting delivery 5: msg 8 to remote joe@far.example
  504 delivery 5: deferral: Sorry,_I_couldn't_find_any_host./`;

const reused = `${day}
  600 new msg 7
  600 info msg 7: bytes 5 from <x@y> qp 4004 uid 1000
  601 starting delivery 1: msg 7 to local ann@here.example
  601 delivery 1: success: did_1+0+0/
  601 end msg 7
  601 new msg 7
  601 info msg 7: bytes 6 from <x@y> qp 4005 uid 1000`;

const sessions = `
  99 smtpd: pid 3 from 192.0.2.77
  99 smtpd: pid 4 from 192.0.2.78
  99 smtpd: message 4 bytes 1 from <a@b> to 1 qp 4000
  100.2 smtpd: message 3 bytes 150 from <Joe@far.example> to 2 qp 4001
  101 smtpd: end 3 status 0`;

test('trace: a message number → all that happened to it, how it came, what it led to', async () => {
  const { messages, more } = await traced(day, '7', sessions);
  assert.equal(more, 0);
  assert.deepEqual(messages, [
    {
      id: 7,
      whole: true,
      bornMs: 100_000,
      endMs: 502_000,
      sender: 'Joe@far.example',
      sizeBytes: 209,
      qp: 4001,
      uid: 82,
      messageId: '<first@far.example>',
      arrival: { kind: 'network', from: '192.0.2.77', session: 'smtpd 3', parent: null },
      events: [
        {
          kind: 'attempt',
          atMs: 101_000,
          delivery: 1,
          channel: 'local',
          recipient: 'ann@here.example',
          endMs: 102_000,
          result: 'success',
          said: 'did 0+1+0\nqp 4002',
          status: null,
          answer: null,
          tls: null,
          nextTryMs: null,
        },
        {
          kind: 'attempt',
          atMs: 101_000,
          delivery: 2,
          channel: 'remote',
          recipient: 'bob@far.example',
          endMs: 104_000,
          result: 'deferral',
          said: '192.0.2.9 does not like recipient.',
          status: null,
          answer: null,
          tls: null,
          nextTryMs: 500_000,
        },
        { kind: 'held', atMs: 120_000, channel: 'remote', recipient: 'bob@far.example' },
        { kind: 'released', atMs: 130_000, channel: 'remote', recipient: 'bob@far.example' },
        {
          kind: 'attempt',
          atMs: 500_000,
          delivery: 4,
          channel: 'remote',
          recipient: 'bob@far.example',
          endMs: 501_000,
          result: 'failure',
          said: '192.0.2.9 does not like recipient.\nRemote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.9.',
          status: '5.1.1',
          answer: { code: 550, words: '5.1.1 no such user', host: 'mx.far.example', ip: '192.0.2.9' },
          tls: { version: 'TLSv1.3', cipher: 'X', certificate: 'unverified', why: 'the certificate has expired' },
          nextTryMs: null,
        },
        { kind: 'bounce', atMs: 502_000, qp: 4003 },
      ],
      more: 0,
      waits: [],
      children: [
        { id: 9, bornMs: 102_000, qp: 4002, how: 'forward' },
        { id: 8, bornMs: 502_000, qp: 4003, how: 'bounce' },
      ],
    },
  ]);
});

test('trace: a bounce, a forward → the message that led to them; what still waits has its next try from the schedule', async () => {
  const [bounce] = (await traced(day, '#8')).messages;
  assert.deepEqual(bounce?.arrival, {
    kind: 'bounce',
    from: null,
    session: null,
    parent: { id: 7, bornMs: 100_000, qp: 4001, how: 'bounce' },
  });
  assert.equal(bounce?.endMs, null);
  // (computed) age 1: (1 + 20)² seconds after the birth.
  assert.deepEqual(
    bounce?.events.map(event => event.kind === 'attempt' && event.nextTryMs),
    [(502 + 441) * 1000],
  );
  const [forward] = (await traced(day, '9')).messages;
  assert.equal(forward?.arrival.kind, 'forward');
  // "qp 4001" in what a remote host said is its own number, not ours.
  assert.deepEqual(forward?.children, []);
});

for (const [query, born] of [
  ['7', [100, 600, 601]],
  ['9', [102]],
  ['joe@far.example', [100, 102, 502]],
  ['ANN@here.example', [100, 600]],
  ['ann@away.example', [102]],
  ['<first@far.example>', [100]],
  ['first@far.example', [100]],
  ['<First@far.example>', []],
  ['x@y', [600, 601]],
  ['11', []],
  ['nobody@nowhere', []],
] as const) {
  test(`trace: ${query} → the messages of ${born.join(', ') || 'nowhere'}`, async () => {
    const { messages } = await traced(reused, query);
    assert.deepEqual(
      messages.map(({ bornMs }) => bornMs / 1000),
      born,
    );
  });
}

test('trace: a number that was used again → each message has its own events and end', async () => {
  const { messages } = await traced(reused, '7');
  assert.deepEqual(
    messages.map(({ endMs, events, qp }) => [endMs, events.length, qp]),
    [
      [502_000, 6, 4001],
      [601_000, 1, 4004],
      [null, 0, 4005],
    ],
  );
});

test('trace: more than asked for → the newest, and how many more there are', async () => {
  const { messages, more } = await traced(reused, '7', '', 2);
  assert.deepEqual([messages.map(({ qp }) => qp), more], [[4004, 4005], 1]);
});

test('trace: the beginning was rotated away → what there is, marked as not whole; no next try is made up', async () => {
  const log = `
    101 starting delivery 2: msg 7 to remote bob@far.example
    104 delivery 2: deferral: later/`;
  const [message] = (await traced(log, 'bob@far.example')).messages;
  assert.deepEqual([message?.whole, message?.sender, message?.arrival.kind], [false, null, 'unknown']);
  assert.deepEqual(
    message?.events.map(event => event.kind === 'attempt' && event.nextTryMs),
    [null],
  );
});

test('trace: the host was stopped, or killed, during a delivery → that attempt has no end, and its number is not confused', async () => {
  for (const stopped of ['status: exiting', 'something else']) {
    const log = `
      1 new msg 7
      2 starting delivery 1: msg 7 to local a@x
      3 ${stopped}
      4 starting delivery 1: msg 8 to local b@x
      5 delivery 1: success: did_1+0+0/`;
    const [message] = (await traced(log, '7')).messages;
    assert.deepEqual(
      message?.events.map(event => event.kind === 'attempt' && event.result),
      [null],
    );
  }
});

test('trace: a list of 3000 recipients → the first thousand events, and how many more', async () => {
  const lines = Array.from({ length: 3000 }, (_, at) => `2 starting delivery ${at}: msg 7 to remote r${at}@x`);
  const [message] = (await traced(['1 new msg 7', ...lines].join('\n'), '7')).messages;
  assert.deepEqual([message?.events.length, message?.more], [1000, 2000]);
});

const overLinks = `
  100 new msg 7
  100 info msg 7: bytes 209 from <joe@here.example> qp 4001 uid 82
  101 starting delivery 1: msg 7 to local link-sat-ann@Far.example
  101 starting delivery 2: msg 7 to local link-a_b-bob@b.example
  102 delivery 1: success: did_1+0+0/Waits_for_link_sat_as_new/100.1.host/
  102 delivery 2: success: did_1+0+0/Waits_for_link_a_b_as_new/100.1.host/
  102 end msg 7
  200 status: link sat: info: new/100.1.host failed temporarily: 192.0.2.1 does not like recipient.: 450 busy
  250 status: link sat: info: new/999.1.host succeeded: 192.0.2.1 accepted message.
  260 status: link sat: contact ends: done
  300 status: link a_b: info: new/100.1.host succeeded: 192.0.2.1 accepted message.`;

test('trace: mail over links → found by its own address; each attempt of a link, and the link that it still waits for', async () => {
  const byAddress = await traced(overLinks, 'ann@far.example');
  const [message] = (await traced(overLinks, '7')).messages;
  assert.deepEqual(
    byAddress.messages.map(({ id }) => id),
    [7],
  );
  assert.deepEqual(
    message?.events.filter(({ kind }) => kind === 'link'),
    [
      {
        ...{ kind: 'link', atMs: 200_000, link: 'sat', recipient: 'ann@Far.example', result: 'deferral' },
        said: '192.0.2.1 does not like recipient.: 450 busy',
      },
      {
        ...{ kind: 'link', atMs: 300_000, link: 'a_b', recipient: 'bob@b.example', result: 'sent' },
        said: '192.0.2.1 accepted message.',
      },
    ],
  );
  assert.deepEqual(message?.waits, [{ link: 'sat', recipient: 'ann@Far.example' }]);
});

test('trace: the sender was told of a delay → told so, with the notice, which names the message', async () => {
  const log = `
    1 new msg 7
    1 info msg 7: bytes 6 from <joe@x> qp 11 uid 1000
    15000 new msg 8
    15000 info msg 8: bytes 600 from <> qp 12 uid 1000
    15000.1 delay msg 7 qp 12`;
  const [late, notice] = [(await traced(log, '7')).messages[0], (await traced(log, '8')).messages[0]];
  assert.deepEqual(late?.events, [{ kind: 'delay', atMs: 15_000_100, qp: 12 }]);
  assert.deepEqual(late?.children, [{ id: 8, bornMs: 15_000_000, qp: 12, how: 'delay' }]);
  assert.deepEqual([notice?.arrival.kind, notice?.arrival.parent?.id], ['delay', 7]);
});
