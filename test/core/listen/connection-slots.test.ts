// Who gets a connection when there are few: limits by address and time, reserved shares, and which client is dropped for
// another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionLimits } from '../../../core/control/control.ts';
import type { ClientKind } from '../../../core/listen/client-kind.ts';
import { createConnectionSlots, type Slot } from '../../../core/listen/connection-slots.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

const noLimits: ConnectionLimits = { total: 0, perAddress: 0, perMinute: 0 };

function service(limits: Partial<ConnectionLimits>) {
  const clock = steppedClock();
  const places = createConnectionSlots(clock);
  const gone: string[] = [];
  /** A client comes; what it is called when it has to make room. */
  const enter = (ip: string, clientKind: ClientKind = 'stranger', name = ip, busy = false, bytes = () => 0) =>
    places.enter(
      { ip, clientKind, busy: () => busy, bytes, dismiss: () => void gone.push(name) },
      { ...noLimits, ...limits },
    );
  /** What became of clients that come one after the other and progress. */
  const come = (ips: readonly string[], clientKind?: ClientKind) =>
    ips.map(ip => {
      const came = enter(ip, clientKind);
      return typeof came === 'string' ? came : 'in';
    });
  return { clock, enter, come, gone };
}

/** All places of this machine, of 8, taken by clients that send so many bytes a second each. */
function withSenders(perSec: number[]) {
  const { clock, ...rest } = service({ total: 8 });
  const sent = perSec.map(() => 0);
  const guests = sent.map(
    (_, at) => rest.enter('127.0.0.1', 'loopback', `sender ${at}`, false, () => sent[at] as number) as Slot,
  );
  function passSeconds(seconds: number): void {
    clock.pass(seconds * 1000);
    for (const [at, rate] of perSec.entries()) sent[at] = (sent[at] as number) + rate * seconds;
    for (const guest of guests) guest.progress();
  }
  return { ...rest, sent, perSec, passSeconds };
}

function many(count: number, address: (at: number) => string): string[] {
  return Array.from({ length: count }, (_, at) => address(at));
}

test('slots: more than in all → refused', () => {
  const { come } = service({ total: 2 });
  assert.deepEqual(come(['1.1.1.1', '2.2.2.2', '3.3.3.3']), ['in', 'in', 'total']);
  assert.deepEqual(come(['127.0.0.1'], 'loopback'), ['total']);
});

test('slots: more strangers from one address → refused; others are admitted, and this machine', () => {
  const { come } = service({ perAddress: 1 });
  assert.deepEqual(come(['1.1.1.1', '1.1.1.1', '1.1.1.2']), ['in', 'perAddress', 'in']);
  assert.deepEqual(come(['127.0.0.1', '127.0.0.1'], 'loopback'), ['in', 'in']);
});

test('slots: addresses of one IPv6 network → count as one', () => {
  const { come } = service({ perAddress: 1 });
  const ips = ['2001:db8::1', '2001:db8:0:0:1::', '2001:db8:0:1::1', '1::1', '1::2'];
  assert.deepEqual(come(ips), ['in', 'perAddress', 'in', 'in', 'perAddress']);
});

test('slots: one leaves, twice → room for one', () => {
  const { come, enter } = service({ total: 1 });
  const place = enter('1.1.1.1') as Slot;
  place.leave();
  place.leave();
  assert.deepEqual(come(['1.1.1.1', '1.1.1.1']), ['in', 'total']);
});

test('slots: too often within a minute → refused until the minute is over', () => {
  const { clock, come } = service({ perMinute: 2 });
  assert.deepEqual(come(Array(3).fill('1.1.1.1')), ['in', 'in', 'perMinute']);
  clock.pass(59_999);
  assert.deepEqual(come(['1.1.1.1']), ['perMinute']);
  clock.pass(1);
  assert.deepEqual(come(['1.1.1.1']), ['in']);
});

test('slots: strangers take all they get → an eighth is reserved for this machine, and one for known clients', () => {
  const { come } = service({ total: 40 });
  const strangers = come(many(40, at => `1.1.1.${at}`));
  assert.equal(strangers.filter(one => one === 'in').length, 30);
  assert.deepEqual(come(Array(5).fill('127.0.0.1'), 'loopback'), Array(5).fill('in'));
  assert.deepEqual(come(Array(5).fill('9.9.9.9'), 'known'), Array(5).fill('in'));
});

test('slots: this machine takes all it gets, from all its addresses → half; strangers and known clients are admitted', () => {
  const { come, gone } = service({ total: 100 });
  assert.deepEqual(
    come(
      many(100, at => `127.0.0.${at}`),
      'loopback',
    ),
    Array(100).fill('in'),
  );
  assert.deepEqual(
    gone,
    many(50, at => `127.0.0.${at}`),
  );
  assert.deepEqual(come(many(20, at => `1.1.1.${at}`)), Array(20).fill('in'));
  assert.deepEqual(
    come(
      many(12, () => '9.9.9.9'),
      'known',
    ),
    Array(12).fill('in'),
  );
});

test('slots: short → the client that was silent for longest is dropped, after ten seconds; busy and active ones stay', () => {
  const { clock, enter, come, gone } = service({ total: 3 });
  enter('1.1.1.1', 'stranger', 'busy', true);
  const place = enter('1.1.1.2', 'stranger', 'gets on') as Slot;
  clock.pass(1);
  enter('1.1.1.3', 'stranger', 'silent');
  clock.pass(9_998);
  assert.deepEqual(come(['2.2.2.2']), ['total']);
  place.progress();
  clock.pass(2);
  assert.deepEqual(come(['2.2.2.2', '2.2.2.3']), ['in', 'total']);
  assert.deepEqual(gone, ['silent']);
  clock.pass(59_999);
  assert.deepEqual(come(['3.3.3.3', '3.3.3.4']), ['in', 'in']);
  assert.deepEqual(gone, ['silent', 'gets on', '2.2.2.2']);
});

test('slots: all trickle, none is silent → after a minute each newcomer replaces the slowest; one that sends a KB a second stays', () => {
  const { enter, come, gone, passSeconds } = withSenders([20, 1024, 10, 5000]);
  passSeconds(59);
  assert.deepEqual(come(['127.0.0.1'], 'loopback'), ['perAddress']);
  passSeconds(1);
  assert.deepEqual(come(['127.0.0.1'], 'loopback'), ['in']);
  assert.deepEqual(gone, ['sender 2']);
  assert.deepEqual(come(['127.0.0.1', '127.0.0.1'], 'loopback'), ['in', 'in']);
  assert.deepEqual(gone, ['sender 2', 'sender 0', '127.0.0.1']);
  assert.equal(typeof enter('9.9.9.9', 'known'), 'object');
});

test('slots: the last minute or two count → what was sent before does not help, and a slow start does no harm', () => {
  const { come, gone, passSeconds, sent, perSec } = withSenders([20, 20, 20, 20]);
  for (const at of sent.keys()) sent[at] = 1_000_000;
  passSeconds(60);
  assert.deepEqual(come(['127.0.0.1'], 'loopback'), ['perAddress']);
  perSec[0] = 10_000;
  perSec[1] = 2000;
  perSec[2] = 5000;
  passSeconds(61);
  assert.deepEqual(come(['127.0.0.1'], 'loopback'), ['in']);
  assert.deepEqual(gone, ['sender 3']);
});

test('slots: all are busy for ten minutes → they stay', () => {
  const { clock, enter, come } = service({ total: 8 });
  for (let at = 0; at < 4; at++) enter('127.0.0.1', 'loopback', 'busy', true);
  clock.pass(600_000);
  assert.deepEqual(come(['127.0.0.1'], 'loopback'), ['perAddress']);
});

test('slots: a stranger logs in → its slot and its address are free for strangers, and it stays as a known client', () => {
  const { clock, enter, come, gone } = service({ total: 8, perAddress: 6 });
  const guests = many(6, () => '1.1.1.1').map(ip => enter(ip) as Slot);
  assert.deepEqual(come(['1.1.1.1', '2.2.2.2']), ['perAddress', 'total']);
  guests[0]?.trust();
  assert.deepEqual(come(['1.1.1.1']), ['in']);
  clock.pass(60_000);
  guests[0]?.leave();
  assert.deepEqual(gone, []);
});
