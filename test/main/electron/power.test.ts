// When networks come and go, or the machine wakes or shuts down, the host is told what to do.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { type Interfaces, watchPower } from '../../../main/electron/power.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

const lo = { address: '127.0.0.1', internal: true };
const wifi = { address: '192.0.2.7', internal: false };

function setUp(interfaces: Interfaces, online = true) {
  const clock = steppedClock();
  const powerMonitor = new EventEmitter();
  const machine = { interfaces, online };
  const did: string[] = [];
  const looks: string[] = [];
  const stop = watchPower({
    powerMonitor: powerMonitor as never,
    isOnline: () => machine.online,
    interfaces: () => machine.interfaces,
    clock,
    retryAll: () => did.push('retry'),
    networkChanged: () => looks.push('look'),
    quit: () => did.push('quit'),
    log: () => {},
  });
  return { clock, powerMonitor, machine, did, looks, stop };
}

test('power: networks appear and disappear → everything is tried when there is a new one', () => {
  const v6 = (host: string) => ({ address: `2001:db8:1:2:${host}`, internal: false });
  const steps: [string, Interfaces, boolean, number][] = [
    ['as it was', { lo: [lo], wlan0: [wifi] }, true, 0],
    ['gone', { lo: [lo] }, false, 0],
    ['back', { lo: [lo], wlan0: [wifi] }, true, 1],
    ['still there', { lo: [lo], wlan0: [wifi] }, true, 0],
    ['one more', { lo: [lo], wlan0: [wifi], ppp0: [{ address: '198.51.100.9', internal: false }] }, true, 1],
    ['one less', { lo: [lo], wlan0: [wifi] }, true, 0],
    ['another address', { lo: [lo], wlan0: [{ address: '203.0.113.4', internal: false }] }, true, 1],
    ['link-local only', { lo: [lo], wlan0: [{ address: 'fe80::1', internal: false }] }, true, 0],
    ['IPv6', { lo: [lo], wlan0: [v6('a::1')] }, true, 1],
    ['its address of today', { lo: [lo], wlan0: [v6('b::9')] }, true, 0],
    ['cable in, nothing reachable', { lo: [lo], eth0: [wifi] }, false, 0],
    ['reachable', { lo: [lo], eth0: [wifi] }, true, 1],
  ];
  const { clock, machine, did } = setUp({ lo: [lo], wlan0: [wifi] });
  const got: typeof steps = [];
  for (const [name, interfaces, online] of steps) {
    Object.assign(machine, { interfaces, online });
    did.length = 0;
    clock.pass(5_000);
    got.push([name, interfaces, online, did.length]);
  }
  assert.deepEqual(got, steps);
});

test('power: the machine wakes → everything is tried at once, and again when there is a network', () => {
  const { clock, machine, powerMonitor, did } = setUp({ wlan0: [wifi] });
  machine.online = false;
  powerMonitor.emit('resume');
  assert.deepEqual(did, ['retry']);
  clock.pass(5_000);
  machine.online = true;
  clock.pass(5_000);
  assert.deepEqual(did, ['retry', 'retry']);
});

test('power: a network comes or goes, the machine wakes → links are looked at, and not otherwise', () => {
  const { clock, machine, powerMonitor, looks } = setUp({ wlan0: [wifi] });
  clock.pass(15_000);
  assert.equal(looks.length, 0);
  machine.interfaces = {};
  clock.pass(5_000);
  assert.equal(looks.length, 1);
  machine.interfaces = { ppp0: [wifi] };
  clock.pass(15_000);
  assert.equal(looks.length, 2);
  powerMonitor.emit('resume');
  assert.equal(looks.length, 3);
});

test('power: the machine shuts down → it is asked to wait, and the app quits', () => {
  const { powerMonitor, did } = setUp({});
  let asked = false;
  powerMonitor.emit('shutdown', {
    preventDefault() {
      asked = true;
    },
  });
  assert.deepEqual([did, asked], [['quit'], true]);
});

test('power: disposed → nothing more', () => {
  const { clock, machine, powerMonitor, did, stop } = setUp({});
  stop();
  machine.interfaces = { wlan0: [wifi] };
  clock.pass(60_000);
  powerMonitor.emit('resume');
  powerMonitor.emit('shutdown');
  assert.deepEqual(did, []);
});
