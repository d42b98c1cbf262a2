// After a restart, the tries of waiting messages and the last words of servers are read back from the log.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AttemptsRecalled, recallAttempts } from '../../../core/log/attempts-in-log.ts';
import { createAttemptBook } from '../../../core/queue/run/attempts.ts';

type Recalled = Parameters<AttemptsRecalled['recall']>[3] & {
  id: number;
  channel: string;
  recipient: string;
  tries: number;
};

/** What is known of each recipient in the end. */
function recalled(log: string, isWanted: (id: number) => boolean = () => true): Recalled[] {
  const found = new Map<string, Recalled>();
  const lines = log.split('\n').map(text => ({ text: text.trim() }));
  recallAttempts(lines, isWanted, {
    recall(id, channel, recipient, how) {
      const key = `${id} ${channel} ${recipient}`;
      found.set(key, { id, channel, recipient, ...how, tries: (found.get(key)?.tries ?? 0) + 1 });
    },
    forget(id) {
      for (const [key, one] of found) if (one.id === id) found.delete(key);
    },
  });
  return [...found.values()];
}

const read = (log: string, wanted: readonly number[]) =>
  recalled(log, id => wanted.includes(id))
    .map(({ id, channel, recipient, tries, said }) => `${id} ${channel} ${recipient} ${tries} ${JSON.stringify(said)}`)
    .sort();

test('attempts in the log: several tries, several recipients → counts and the last words, blanks restored', () => {
  const log = `new msg 7
    info msg 7: bytes 10 from <s@x> qp 1 uid 0
    starting delivery 1: msg 7 to remote a@far.x
    status: local 0/10 remote 1/20
    starting delivery 2: msg 7 to local b@here.x
    delivery 2: success: did_1+0+0/
    delivery 1: deferral: 10.0.0.1_does_not_like_recipient./Remote_host_said:_451_greylisted/
    starting delivery 3: msg 7 to remote a@far.x
    delivery 3: deferral: Connected_but_connection_died._(#4.4.2)/
    starting delivery 4: msg 7 to remote a@far.x`;
  assert.deepEqual(read(log, [7]), [
    '7 local b@here.x 1 "did 1+0+0\\n"',
    '7 remote a@far.x 2 "Connected but connection died. (#4.4.2)\\n"',
  ]);
});

test('attempts in the log: numbers used again, by messages and by a restarted host → nothing is mixed up', () => {
  const log = `starting delivery 1: msg 7 to remote old@far.x
    delivery 1: deferral: old/
    end msg 7
    new msg 7
    starting delivery 2: msg 7 to remote new@far.x
    status: exiting
    delivery 2: deferral: of_nobody/
    starting delivery 1: msg 7 to remote new@far.x
    starting delivery 2: msg 8 to remote other@far.x
    starting delivery 1: msg 9 to remote unwanted@far.x
    delivery 1: deferral: for_nine/
    delivery 2: deferral: for_eight/`;
  assert.deepEqual(read(log, [7, 8]), ['8 remote other@far.x 1 "for eight\\n"']);
});

test('attempts in the log: fields of an end → of the last one only, and of the right delivery', () => {
  const log = `starting delivery 1: msg 7 to remote a@far.x
    starting delivery 2: msg 7 to remote b@far.x
    status: delivery 2 is 4.4.1
    status: delivery 1 is 4.7.1, 451 by mx.far.x 192.0.2.1: 4.7.1_try_later
    delivery 2: deferral: Sorry/
    delivery 1: deferral: 192.0.2.1_said/
    status: delivery 9 is 5.1.1
    starting delivery 9: msg 7 to remote c@far.x
    delivery 9: deferral: by_an_earlier_version/
    starting delivery 3: msg 7 to remote b@far.x
    delivery 3: deferral: by_an_earlier_version/`;
  const found = recalled(log);
  const answer = { code: 451, words: '4.7.1 try later', host: 'mx.far.x', ip: '192.0.2.1' };
  assert.deepEqual(found.map(({ recipient, ...one }) => [recipient, one.status, one.answer]).sort(), [
    ['a@far.x', '4.7.1', answer],
    ['b@far.x', undefined, undefined],
    ['c@far.x', undefined, undefined],
  ]);
});

test('attempts in the log: lines that only look like it → passed over', () => {
  const log = `starting delivery x: msg 7 to remote a@far.x
    starting delivery 1: msg 7 to moon a@far.x
    delivery 1: deferral: x/
    delivery 2: report mangled, will defer
    delivery
    warning: new msg 7`;
  assert.deepEqual(read(log, [7]), []);
});

test('attempts in the log: twenty thousand messages with long answers → the book keeps its limit while it reads', () => {
  function* lines() {
    for (let id = 1; id <= 20_000; id++) {
      yield { text: `starting delivery ${id}: msg ${id} to remote x@far.x` };
      yield { text: `delivery ${id}: deferral: ${id}_${'z'.repeat(4900)}` };
    }
  }
  const book = createAttemptBook();
  let most = 0;
  let kept = 0;
  recallAttempts(lines(), () => true, {
    recall(id, ...told) {
      book.recall(id, ...told);
      if (id % 1000 !== 0) return;
      kept = 0;
      for (let one = 1; one <= id; one++)
        kept += book.of(one, 'remote', { offset: 0, address: 'x@far.x' } as never, 1).said.length;
      most = Math.max(most, kept);
    },
    forget: book.forget,
  });
  assert.ok(most <= 16 * 1024 * 1024 && kept > 15 * 1024 * 1024, `${kept} of at most ${most}`);
});
