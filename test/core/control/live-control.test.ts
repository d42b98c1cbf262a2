// What a running host reads again, and when (control.md 2, last column, and 3).
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLiveControl } from '../../../core/control/live-control.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

function liveRig(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const home = tempDir(t);
  writeControl(home, { me: 'one.example\n', ...files });
  const log: string[] = [];
  return {
    home,
    log,
    live: openLiveControl(home, line => void log.push(line)),
    write: (name: string, text: string) => writeFileSync(join(home, 'control', name), text),
    /** A directory cannot be read as a file, not even by root. */
    spoil(name: string) {
      rmSync(join(home, 'control', name), { force: true });
      mkdirSync(join(home, 'control', name));
    },
  };
}

test('live control: smtpgreeting, smtproutes, idhost change → seen by the next connection, delivery, message', t => {
  const { live, write } = liveRig(t);
  const seen = () => [live.connection().smtpGreeting, live.delivery().smtpRoutes.get('')?.relay, live.message().idHost];
  assert.deepEqual(seen(), ['one.example', undefined, 'one.example']);
  for (const round of ['a', 'b', 'c']) {
    write('smtpgreeting', round);
    write('smtproutes', `:${round}\n`);
    write('idhost', round);
    assert.deepEqual(seen(), [round, round, round]);
  }
  assert.equal(live.queue().smtpGreeting, 'one.example');
});

test('live control: control/ cannot be read → an error that names a file, and then as before', t => {
  const { home, live } = liveRig(t, { smtpgreeting: 'a' });
  const [control, away] = [join(home, 'control'), join(home, 'away')];
  assert.equal(live.connection().smtpGreeting, 'a');
  renameSync(control, away);
  // No user can look into it, not even root.
  symlinkSync('control', control);
  for (const look of [live.connection, live.delivery, live.message]) {
    assert.throws(look, (error: Error) => error instanceof UserError && error.message.includes(join(control, '')));
  }
  rmSync(control);
  renameSync(away, control);
  assert.equal(live.connection().smtpGreeting, 'a');
});

test('live control: nothing changed → the same value, and a client keeps the one from its connection', async t => {
  const { live, write } = liveRig(t, { databytes: '1\n' });
  await until('the same value, as the files are old enough', () => isKept(live.connection));
  const met = live.connection();
  write('databytes', '2\n');
  assert.deepEqual([met.dataBytes, live.connection().dataBytes], [1, 2]);
});

test('live control: locals and virtualdomains change → nothing before SIGHUP, then both, everywhere', t => {
  const { live, log, write } = liveRig(t);
  write('locals', 'two.example\n');
  write('virtualdomains', 'three.example:joe\n');
  write('smtpgreeting', 'hello');
  const views = () => [live.queue(), live.connection(), live.delivery(), live.message()];
  const seen = () => views().map(control => [...control.locals, ...control.virtualDomains.keys()].join(' '));
  assert.deepEqual(seen(), Array(4).fill('one.example'));
  assert.equal(live.reread(), undefined);
  assert.deepEqual(seen(), Array(4).fill('two.example three.example'));
  assert.deepEqual(log, []);
});

test('live control: SIGHUP without locals and virtualdomains → me as it was at the start, and nothing virtual', t => {
  const { live, home, write } = liveRig(t, { locals: 'two.example\n', virtualdomains: 'three.example:joe\n' });
  write('me', 'other.example\n');
  for (const name of ['locals', 'virtualdomains']) rmSync(join(home, 'control', name));
  live.reread();
  const { me, locals, virtualDomains } = live.queue();
  assert.deepEqual(
    { me, locals, virtualDomains },
    {
      me: 'one.example',
      locals: new Set(['one.example']),
      virtualDomains: new Map(),
    },
  );
});

const alerts: [broken: string, alert: string][] = [
  ['locals', 'alert: unable to reread control/locals'],
  ['virtualdomains', 'alert: unable to reread control/virtualdomains'],
];

for (const [broken, alert] of alerts) {
  test(`live control: SIGHUP with an unreadable ${broken} → both tables stay; ${alert}`, t => {
    const { live, log, write, spoil } = liveRig(t, { locals: 'two.example\n', virtualdomains: 'three.example:joe\n' });
    const before = live.queue();
    write('locals', 'new.example\n');
    write('virtualdomains', 'new.example:joe\n');
    spoil(broken);
    assert.equal(`alert: ${live.reread()}`, alert);
    assert.deepEqual(log, [alert]);
    assert.equal(live.queue(), before);
  });
}

test('live control: SIGHUP while the home is missing → everything stays, and the alert says so', t => {
  const { live, log, home } = liveRig(t);
  const before = live.queue();
  renameSync(home, `${home}.away`);
  live.reread();
  renameSync(`${home}.away`, home);
  assert.deepEqual(log, ['alert: unable to reread controls: unable to switch to home directory']);
  assert.equal(live.queue(), before);
});

test('live control: SIGHUP with another file unreadable → that one stays, and the alert names it', t => {
  const { live, log, write, spoil } = liveRig(t, { concurrencylocal: '3\n', bouncefrom: 'bounce\n' });
  write('locals', 'new.example\n');
  write('concurrencylocal', '4\n');
  spoil('bouncefrom');
  live.reread();
  const { locals, concurrencyLocal, bounceFrom } = live.queue();
  assert.deepEqual([[...locals], concurrencyLocal, bounceFrom], [['new.example'], 4, 'bounce']);
  assert.deepEqual(log, ['alert: unable to reread control/bouncefrom']);
});

test('live control: an unreadable file that is not for connections → connections work', t => {
  const { live, write, spoil } = liveRig(t);
  spoil('bouncefrom');
  spoil('smtproutes');
  write('databytes', '5\n');
  assert.equal(live.connection().dataBytes, 5);
  assert.throws(() => live.delivery(), /smtproutes/);
});

test('live control: an unreadable file for a connection → refused until it can be read', t => {
  const { live, home, spoil } = liveRig(t);
  spoil('badmailfrom');
  assert.throws(() => live.connection(), /badmailfrom/);
  rmSync(join(home, 'control/badmailfrom'), { recursive: true });
  assert.equal(live.connection().badMailFrom.size, 0);
});

function isKept(read: () => unknown): boolean {
  const first = read();
  return read() === first;
}

test('live control: what another process is told → nothing of the files for deliveries, which have passwords', t => {
  const { live, write } = liveRig(t);
  write('smtproutes', ':relay|joe|hunter2\n');
  write('authsenders', ':relay|joe|hunter2\n');
  live.reread();
  const told = live.texts();
  assert.ok(told.some(([name]) => name === 'locals'));
  assert.equal(JSON.stringify(told).indexOf('hunter2'), -1);
});
