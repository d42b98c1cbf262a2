// waypost service, with stand-ins for systemctl and loginctl that run the commands of the unit.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fakeSystemd } from '../../support/fake-systemd.ts';
import { giveToOwner, initHome, serve, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

/** For the start of a host, and for asking it. */
const startMs = 60_000;
const skip = process.platform === 'linux' ? false : 'systemd is Linux’s';

async function rig(t: TestContext) {
  const directory = tempDir(t);
  const { home } = await initHome(directory, 'vm', 'ines');
  const systemd = fakeSystemd(t, directory);
  const person = join(directory, 'person');
  mkdirSync(person);
  giveToOwner(directory);
  const env = { HOME: person, XDG_CONFIG_HOME: '', APPIMAGE: '', PATH: `${systemd.bin}:${process.env.PATH}` };
  const unit = join(person, '.config/systemd/user/waypost.service');
  const service = (...args: string[]) => waypost(['service', '--home', home, ...args], { env });
  return { home, systemd, env, unit, service, person };
}

test('waypost service: install, status, other options, remove → the host runs, restarts, and is gone; mail stays', {
  skip,
}, async t => {
  const { home, systemd, unit, service } = await rig(t);
  assert.equal((await service('status')).code, 1);
  const installed = await service('install', '--smtp', '127.0.0.1:0');
  assert.equal(installed.code, 0, installed.stderr);
  assert.match(
    installed.stdout,
    new RegExp(
      `^Wrote ${unit}\\.\nThe host runs as the service waypost\\..*\nIt runs while you are logged in\\. To have it run from boot on: loginctl enable-linger `,
    ),
  );
  assert.deepEqual(systemd.calls().slice(0, 3), [
    'systemctl --user daemon-reload',
    'systemctl --user enable waypost',
    'systemctl --user restart waypost',
  ]);
  const status = () => waypost(['status', '--home', home]);
  await until('the host', async () => /^ {2}SMTP/m.test((await status()).stdout), startMs);

  const again = await service('install', '--linger', '--smtp', '127.0.0.1:0', '--pop3', '127.0.0.1:0');
  assert.match(again.stdout, /\nIt runs from boot on, whether or not you are logged in\.\n$/);
  await until('the host with POP3', async () => /^ {2}POP3/m.test((await status()).stdout), startMs);
  const shown = await service('status');
  assert.equal(shown.code, 0);
  assert.match(
    shown.stdout,
    new RegExp(`^${unit}\nThe service waypost runs\\.\nIt runs from boot on.*\n\n {2}Your address +ines@vm$`, 'm'),
  );

  const removed = await service('remove');
  assert.deepEqual(
    [removed.code, removed.stdout, removed.stderr],
    [0, `Removed ${unit}. The home and the mail stay as they are.\n`, ''],
  );
  assert.deepEqual(systemd.calls().slice(-2), [
    'systemctl --user disable --now waypost',
    'systemctl --user daemon-reload',
  ]);
  assert.ok(!existsSync(unit));
  assert.equal((await status()).code, 1);
  assert.equal((await service('remove')).code, 1);
});

test('waypost service: stop, start, restart → the host is gone, and is back; the unit stays', { skip }, async t => {
  const { home, systemd, unit, service } = await rig(t);
  assert.equal(
    (await service('start')).stderr,
    'service: There is no service waypost. To install it: waypost service install\n',
  );
  assert.equal((await service('install', '--smtp', '127.0.0.1:0')).code, 0);
  const status = () => waypost(['status', '--home', home]);
  await until('the host', async () => (await status()).code === 0, startMs);
  const stopped = await service('stop');
  assert.deepEqual([stopped.code, stopped.stdout], [0, 'The service waypost was stopped.\n'], stopped.stderr);
  assert.equal((await status()).code, 1);
  assert.ok(existsSync(unit));
  assert.equal((await service('start')).stdout, 'The service waypost was started.\n');
  await until('the host again', async () => (await status()).code === 0, startMs);
  assert.equal((await service('restart')).stdout, 'The service waypost was stopped and started.\n');
  assert.deepEqual(
    systemd.calls().slice(-3),
    ['stop', 'start', 'restart'].map(verb => `systemctl --user ${verb} waypost`),
  );
  await until('the host once more', async () => (await status()).code === 0, startMs);
});

test('waypost service: the service of another home, a host that runs, port 25, no home → refused, nothing is touched', {
  skip,
}, async t => {
  const { home, systemd, env, unit, service, person } = await rig(t);
  const other = await waypost(['service', '--home', join(person, 'none'), 'install'], { env });
  assert.match(other.stderr, /^service: fatal: .+ is not a Waypost home\. Create one with: waypost init /);
  const low = await service('install', '--smtp', '127.0.0.1:25');
  if (low.code !== 0) assert.match(low.stderr, /Only root may listen on port 25/);
  else await service('remove'); // A machine where every user may.
  assert.equal((await service('install', '--name', 'a/b')).code, 100);
  assert.equal((await service('install', '--smtp', 'here')).code, 100);
  assert.equal((await service()).code, 100);
  const calls = systemd.calls();
  const host = await serve(t, home, []);
  const running = await service('install', '--smtp', '127.0.0.1:0');
  assert.match(running.stderr, /^service: fatal: A host runs on .+ already: see waypost status\. Stop it first/);
  await host.stop();
  mkdirSync(join(person, '.config/systemd/user'), { recursive: true });
  writeFileSync(unit, '# The home: /srv/elsewhere .\n');
  for (const verb of ['install', 'remove', 'status']) {
    const refused = await service(verb);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is the service of another home\. Say which service is meant with --name NAME\.\n$/);
  }
  assert.equal(readFileSync(unit, 'utf8'), '# The home: /srv/elsewhere .\n');
  assert.deepEqual(systemd.calls(), calls);
});

test('waypost service install: no systemctl, one that fails, --print → says what to do; only the last has written nothing', {
  skip,
}, async t => {
  const { home, env, unit, person, systemd } = await rig(t);
  const install = (path: string, ...args: string[]) =>
    waypost(['service', '--home', home, 'install', ...args], { env: { ...env, PATH: path } });
  const printed = await install('/nowhere', '--print');
  assert.match(
    printed.stdout,
    /^ExecStart=\S+ \S+waypost\.[jt]s serve --home \S+ --smtp 127\.0\.0\.1:2525 --ui 127\.0\.0\.1:0$/m,
  );
  const none = await install('/nowhere');
  assert.equal(none.code, 1);
  assert.match(
    none.stderr,
    /^service: It could not be started: there is no systemctl here\.\n.*crontab -e:\n@reboot \S+ \S+waypost\.[jt]s serve --home .+ >\/dev\/null\n$/,
  );
  assert.ok(!existsSync(unit));
  const bin = join(person, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'systemctl'), '#!/bin/sh\necho "Failed to connect to bus" >&2\nexit 1\n', { mode: 0o755 });
  const failed = await install(bin);
  assert.match(
    failed.stderr,
    /daemon-reload says: Failed to connect to bus\.\nThe file stays\. .+: systemctl --user enable --now waypost\. It needs a session of your own: /,
  );
  assert.ok(existsSync(unit));
  assert.deepEqual(systemd.calls(), ['']);
});
