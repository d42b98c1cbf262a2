import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConnectionLimits, createConnectionCounter } from '../../../core/lib/connection-limits.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

const noLimits: ConnectionLimits = { total: 0, perAddress: 0, perMinute: 0 };

function counter(limits: Partial<ConnectionLimits>) {
  const clock = steppedClock();
  const { enter } = createConnectionCounter(clock);
  return { clock, enter: (ip: string, known: boolean) => enter(ip, known, { ...noLimits, ...limits }) };
}

/** What became of clients that come one after the other and stay. */
function come(enter: ReturnType<typeof counter>['enter'], ips: readonly string[], known = false): string[] {
  return ips.map(ip => {
    const came = enter(ip, known);
    return typeof came === 'string' ? came : 'in';
  });
}

test('connection limits: more than in all → refused, whoever it is', () => {
  const { enter } = counter({ total: 2 });
  assert.deepEqual(come(enter, ['1.1.1.1', '2.2.2.2', '3.3.3.3']), ['in', 'in', 'total']);
  assert.deepEqual(come(enter, ['127.0.0.1'], true), ['total']);
});

test('connection limits: more from one address → refused, others come in, and ours always', () => {
  const { enter } = counter({ perAddress: 1 });
  assert.deepEqual(come(enter, ['1.1.1.1', '1.1.1.1', '1.1.1.2']), ['in', 'perAddress', 'in']);
  assert.deepEqual(come(enter, ['127.0.0.1', '127.0.0.1'], true), ['in', 'in']);
});

test('connection limits: addresses of one IPv6 network → count as one', () => {
  const { enter } = counter({ perAddress: 1 });
  const ips = ['2001:db8::1', '2001:db8:0:0:1::', '2001:db8:0:1::1', '::1', '::2'];
  assert.deepEqual(come(enter, ips), ['in', 'perAddress', 'in', 'in', 'perAddress']);
});

test('connection limits: one leaves, twice → room for one', () => {
  const { enter } = counter({ perAddress: 1, total: 1 });
  const leave = enter('1.1.1.1', false);
  assert.ok(typeof leave === 'function');
  leave();
  leave();
  assert.deepEqual(come(enter, ['1.1.1.1', '1.1.1.1']), ['in', 'total']);
});

test('connection limits: too often within a minute → refused until the minute is over', () => {
  const { clock, enter } = counter({ perMinute: 2 });
  assert.deepEqual(come(enter, Array(3).fill('1.1.1.1')), ['in', 'in', 'perMinute']);
  clock.pass(59_999);
  assert.deepEqual(come(enter, ['1.1.1.1']), ['perMinute']);
  clock.pass(1);
  assert.deepEqual(come(enter, ['1.1.1.1']), ['in']);
});
