// Hooks as the system runs them: by their own shell, with the arguments and variables of pppd, NetworkManager and
// networkd-dispatcher, and a stand-in for the waypost command that writes down what it was told.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cronLine, type HookPlan, hookSystems } from '../../../main/link-hooks/hook-files.ts';
import { hooksFor, installHooks, removeHooks } from '../../../main/link-hooks/install-hooks.ts';
import { without } from '../../support/programs.ts';
import { tempDir } from '../../support/temp-dir.ts';

const skip = process.platform === 'linux' ? false : 'the hooks are for Linux';

/** A root with the directories of all systems, and a home whose name is a trial for shells. */
function rig(
  t: TestContext,
  script = `printf '%s\\n' "$*" >>"$(dirname "$0")/../told"; id -u >>"$(dirname "$0")/../uid"`,
) {
  const root = tempDir(t);
  chmodSync(root, 0o755);
  for (const { directory } of hookSystems) mkdirSync(join(root, directory), { recursive: true });
  const home = join(root, `joe's "home" $x %1`);
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(join(home, 'bin', 'waypost'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const plan: HookPlan = { link: 'kiss', home, user: undefined, interfaceName: 'ppp0' };
  const told = () =>
    existsSync(join(home, 'told')) ? readFileSync(join(home, 'told'), 'utf8').trim().split('\n') : [];
  const hook = (path: string, args: readonly string[] = [], env: Record<string, string> = {}) =>
    execFileSync(join(root, path), args, { env, stdio: 'pipe', timeout: 60_000 });
  return { root, home, plan, told, hook };
}

const up = (home: string) => `--home ${home} link up kiss --quiet`;
const down = (home: string) => `--home ${home} link down kiss --quiet`;

test('hooks: pppd brings ppp0 and another one up and down → the link hears of its own', { skip }, t => {
  const { root, home, plan, told, hook } = rig(t);
  installHooks(plan, root);
  const pppd = (name: string) => [name, '/dev/ttyS0', '9600', '10.0.10.242', '10.0.10.1', ''];
  hook('/etc/ppp/ip-up.d/waypost-kiss', pppd('ppp0'));
  hook('/etc/ppp/ip-up.d/waypost-kiss', pppd('ppp01'));
  hook('/etc/ppp/ip-up.d/waypost-kiss', pppd('*'));
  hook('/etc/ppp/ip-down.d/waypost-kiss', pppd('ppp0'));
  assert.deepEqual(told(), [up(home), down(home)]);
});

test('hooks: pppd without the name of an interface → each of its links counts', { skip }, t => {
  const { root, home, plan, told, hook } = rig(t);
  const done = installHooks({ ...plan, interfaceName: undefined }, root);
  assert.deepEqual(
    done.map(({ system, lacksInterface }) => [system.title, lacksInterface]),
    [
      ['pppd', false],
      ['NetworkManager', true],
      ['networkd-dispatcher', true],
    ],
  );
  hook('/etc/ppp/ip-up.d/waypost-kiss', ['ppp7']);
  assert.deepEqual(told(), [up(home)]);
});

test('hooks: every action of NetworkManager → up and down are told, also of a modem and a VPN', { skip }, t => {
  const { root, home, plan, told, hook } = rig(t);
  installHooks(plan, root);
  const act = (name: string, action: string, env = {}) =>
    hook('/etc/NetworkManager/dispatcher.d/90-waypost-kiss', [name, action], env);
  for (const action of [
    'pre-up',
    'up',
    'pre-down',
    'down',
    'dhcp4-change',
    'reapply',
    'connectivity-change',
    'hostname',
  ])
    act('ppp0', action);
  act('ttyUSB2', 'up', { DEVICE_IFACE: 'ttyUSB2', DEVICE_IP_IFACE: 'ppp0' });
  act('eth0', 'vpn-down', { VPN_IP_IFACE: 'ppp0', DEVICE_IP_IFACE: 'eth0' });
  act('eth0', 'down', { DEVICE_IP_IFACE: 'eth0' });
  act('', 'hostname');
  assert.deepEqual(told(), [up(home), down(home), up(home), down(home)]);
});

test('hooks: the states of networkd-dispatcher → routable is up, without a network is down', { skip }, t => {
  const { root, home, plan, told, hook } = rig(t);
  installHooks(plan, root);
  for (const state of ['routable', 'degraded', 'no-carrier', 'off'])
    hook(`/etc/networkd-dispatcher/${state}.d/50-waypost-kiss`, [], { IFACE: 'ppp0' });
  hook('/etc/networkd-dispatcher/routable.d/50-waypost-kiss', [], { IFACE: 'eth0' });
  assert.deepEqual(told(), [up(home), down(home), down(home), down(home)]);
});

test('hooks: the home of a person → the command runs as that person', {
  skip: skip || (process.getuid?.() !== 0 && 'not root') || without('su'),
}, t => {
  const { root, home, plan, told, hook } = rig(t);
  chownSync(home, 65_534, 65_534);
  installHooks({ ...plan, user: 'nobody' }, root);
  hook('/etc/ppp/ip-up.d/waypost-kiss', ['ppp0']);
  assert.deepEqual(told(), [up(home)]);
  assert.equal(readFileSync(join(home, 'uid'), 'utf8'), '65534\n');
});

test('hooks: a command that fails, or is not there → the hook ends with 0, without a word', { skip }, t => {
  const { root, home, plan, hook } = rig(t, 'echo broken; echo more >&2; exit 111');
  installHooks(plan, root);
  assert.equal(hook('/etc/ppp/ip-up.d/waypost-kiss', ['ppp0']).toString(), '');
  writeFileSync(join(home, 'bin', 'waypost'), '', { mode: 0o644 });
  chmodSync(join(home, 'bin', 'waypost'), 0o644);
  assert.equal(hook('/etc/ppp/ip-up.d/waypost-kiss', ['ppp0']).toString(), '');
});

test('hooks: a command that hangs → it is ended, and the hook ends with 0', {
  skip: skip || without('timeout'),
}, t => {
  const { root, plan, hook } = rig(t, 'exec sleep 1000');
  const path = installHooks(plan, root)[0]?.paths[0] ?? '';
  const text = readFileSync(join(root, path), 'utf8');
  writeFileSync(join(root, path), text.replace('timeout 30', 'timeout 1'));
  assert.equal(hook(path, ['ppp0']).toString(), '');
});

test('hooks: installed twice, for another interface, removed → own files only', { skip }, t => {
  const { root, plan } = rig(t);
  const paths = (done: ReturnType<typeof installHooks>) => done.flatMap(each => each.paths);
  const first = paths(installHooks(plan, root));
  assert.equal(first.length, 7);
  assert.deepEqual(paths(installHooks(plan, root)), first);
  // Another link's, and a file that somebody wrote.
  const other = installHooks({ ...plan, link: 'ship' }, root);
  const ofPppd = paths(installHooks({ ...plan, interfaceName: undefined }, root));
  assert.deepEqual(ofPppd, ['/etc/ppp/ip-up.d/waypost-kiss', '/etc/ppp/ip-down.d/waypost-kiss']);
  assert.equal(existsSync(join(root, '/etc/NetworkManager/dispatcher.d/90-waypost-kiss')), false);
  assert.deepEqual(removeHooks(plan, root), ofPppd);
  assert.deepEqual(removeHooks(plan, root), []);
  assert.equal(paths(other).filter(path => existsSync(join(root, path))).length, 7);
});

for (const [what, place] of [
  ['a file that somebody wrote', (path: string) => writeFileSync(path, '#!/bin/sh\n')],
  ['a symbolic link', (path: string) => symlinkSync('/etc/passwd', path)],
  [
    'the hook of another home',
    (path: string, { root, plan }: ReturnType<typeof rig>) => {
      const text = hooksFor({ ...plan, home: '/other' }, root)[0]?.files[0]?.text ?? '';
      writeFileSync(path, text);
    },
  ],
] as const) {
  test(`hooks: in the place of one there is ${what} → nothing is written, and it stays`, { skip }, t => {
    const our = rig(t);
    const path = join(our.root, '/etc/ppp/ip-down.d/waypost-kiss');
    mkdirSync(dirname(path));
    place(path, our);
    assert.throws(() => installHooks(our.plan, our.root), /was not written for this link/);
    assert.equal(existsSync(join(our.root, '/etc/ppp/ip-up.d/waypost-kiss')), false);
    assert.deepEqual(removeHooks(our.plan, our.root), []);
    assert.ok(existsSync(path));
  });
}

test('hooks: a line for crontab → its per cent signs are escaped', () => {
  const line = cronLine({ link: 'kiss', home: "/srv/joe's %1" });
  assert.equal(
    line,
    "0 * * * * '/srv/joe'\\''s \\%1/bin/waypost' --home '/srv/joe'\\''s \\%1' link exchange kiss --quiet",
  );
});
