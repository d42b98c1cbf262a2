// Lines about clients are limited by network and minute, and those left out are counted, in bounded memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBoundedLog } from '../../../core/listen/bounded-log.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

function bounded() {
  const clock = steppedClock();
  const lines: string[] = [];
  const tell = createBoundedLog(clock, line => void lines.push(line));
  return { clock, lines, tell };
}

test('bounded log: 500 lines about one network, one about another → 20, how many more, and the one', () => {
  const { clock, lines, tell } = bounded();
  for (let at = 0; at < 500; at++) tell(`2001:db8::${at.toString(16)}`, `deny ${at}`);
  tell('192.0.2.1', 'deny another');
  clock.pass(60_000);
  const first = Array.from({ length: 20 }, (_, at) => `deny ${at}`);
  assert.deepEqual(lines, [...first, 'deny another', 'deny 480 more from 2001:db8:0:0:: within a minute']);
  tell('2001:db8::1', 'deny again');
  assert.equal(lines.at(-1), 'deny again');
});

test('bounded log: lines about very many networks → counted together, and memory does not grow', () => {
  const { clock, lines, tell } = bounded();
  for (let at = 0; at < 5000; at++) tell(`10.0.${at >> 8}.${at & 255}`, 'deny');
  assert.equal(lines.length, 1020);
  assert.equal(clock.timers, 1001);
  clock.pass(60_000);
  assert.equal(lines.at(-1), 'deny 3980 more from other addresses within a minute');
  assert.equal(clock.timers, 0);
});
