// One start a minute for a link, whoever asks for it and how often.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStartGate } from '../../../../core/link/turn/start-gate.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

test('start gate: a thousand requests within a minute → one start now, one at its end, by the last request', () => {
  const clock = steppedClock(0);
  const starts: string[] = [];
  const start = (link: string, request: string) => {
    starts.push(`${clock.nowMs() / 1000} ${link} ${request}`);
    return 'started';
  };
  const gate = createStartGate(clock, start, () => false);
  assert.equal(gate.ask('a', 'first'), 'started');
  for (let at = 0; at < 1000; at++) assert.equal(gate.ask('a', `again ${at}`), undefined);
  assert.equal(gate.ask('b', 'first'), 'started');
  clock.pass(59_000);
  assert.deepEqual(starts, ['0 a first', '0 b first']);
  clock.pass(1000);
  assert.deepEqual(starts, ['0 a first', '0 b first', '60 a again 999']);
  gate.ask('a', 'within the next minute');
  assert.equal(gate.ask('b', 'after a quiet minute'), 'started');
  clock.pass(60_000);
  assert.deepEqual(starts.slice(3), ['60 b after a quiet minute', '120 a within the next minute']);
  gate.ask('a', 'too late');
  gate.close();
  clock.pass(600_000);
  assert.equal(starts.length, 5);
});

test('start gate: nothing was there to be done → the next request need not wait for the end of the minute', () => {
  const clock = steppedClock(0);
  let waiting = 0;
  const gate = createStartGate(
    clock,
    (_link, request: string) => ({ request, waiting }),
    started => started.waiting === 0,
  );
  assert.equal(gate.ask('a', 'first')?.waiting, 0);
  waiting = 2;
  assert.deepEqual(gate.ask('a', 'second'), { request: 'second', waiting: 2 });
  assert.equal(gate.ask('a', 'third'), undefined);
  gate.close();
});
