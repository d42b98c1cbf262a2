// The service's files: for a user, for root, for macOS; and whether the real systemd accepts them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchdJob } from '../../../main/service/launchd-job.ts';
import { checkPorts, checkServiceName, type ServicePlan } from '../../../main/service/service-plan.ts';
import { systemdUnit } from '../../../main/service/systemd-unit.ts';
import { without } from '../../support/programs.ts';
import { tempDir } from '../../support/temp-dir.ts';

const persons: ServicePlan = {
  name: 'waypost',
  home: '/home/ines/.local/share/waypost',
  command: [
    '/usr/bin/node',
    '/opt/waypost.js',
    'serve',
    '--home',
    '/home/ines/.local/share/waypost',
    '--smtp',
    '[::1]:2525',
  ],
  isRoots: false,
  environment: {},
};
const odd: ServicePlan = {
  ...persons,
  home: '/srv/100% "mail" $HOME -- å',
  command: ['/usr/bin/node', 'serve', '--home', '/srv/100% "mail" $HOME -- å'],
  environment: { ELECTRON_RUN_AS_NODE: '1' },
};

test('systemdUnit: a person’s host → a unit of that person, without what would take rights from programs of .qmail', () => {
  assert.equal(
    systemdUnit(persons),
    `# Written by waypost service install, which replaces it. Your own settings: systemctl --user edit waypost
# The home: /home/ines/.local/share/waypost .

[Unit]
Description=Waypost mail host of /home/ines/.local/share/waypost
Documentation=man:waypost-serve(8) man:waypost-service(8)

[Service]
Type=exec
ExecStart=/usr/bin/node /opt/waypost.js serve --home /home/ines/.local/share/waypost --smtp [::1]:2525
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=10
# Wrong options stay wrong.
RestartPreventExitStatus=100
# The host lets running deliveries end; their programs get no signal before that.
KillMode=mixed
TimeoutStopSec=120
# A program that takes too much memory ends alone.
OOMPolicy=continue
# The line that says that the host is ready holds a key of its page.
StandardOutput=null
SyslogIdentifier=waypost
LimitCORE=0

[Install]
WantedBy=default.target
`,
  );
});

test('systemdUnit: root’s host → hardened, but users’ homes, /tmp and terminals stay as they are', () => {
  const unit = systemdUnit({ ...persons, isRoots: true });
  for (const line of [
    'After=network-online.target nss-user-lookup.target',
    'ProtectSystem=full',
    `ReadWritePaths=${persons.home}`,
    'ProtectKernelTunables=yes',
    'WantedBy=multi-user.target',
  ])
    assert.ok(unit.includes(`\n${line}\n`), line);
  assert.doesNotMatch(unit, /^(?:NoNewPrivileges|ProtectHome|PrivateTmp|PrivateDevices|User|CapabilityBoundingSet)=/m);
});

/** systemd.exec(5): each of them implies NoNewPrivileges where the manager is not root's, or needs a user namespace. */
const impliesNoNewPrivileges =
  /^(?:NoNewPrivileges|SystemCall\w+|Restrict\w+|Protect\w+|Private\w+|LockPersonality|MemoryDenyWriteExecute|DynamicUser)=/m;

test('systemdUnit: a person’s host → nothing that implies NoNewPrivileges', () =>
  assert.doesNotMatch(systemdUnit(persons), impliesNoNewPrivileges));

test('systemdUnit: blanks, quotes, % and $ in the home → stay what they are', () => {
  const unit = systemdUnit(odd);
  assert.match(unit, /^ExecStart=\/usr\/bin\/node serve --home "\/srv\/100%% \\"mail\\" \$\$HOME -- å"$/m);
  assert.match(unit, /^Environment=ELECTRON_RUN_AS_NODE=1$/m);
  assert.match(unit, /^Description=Waypost mail host of \/srv\/100%% "mail" \$HOME -- å$/m);
});

for (const [whose, plan] of Object.entries({ 'a person': persons, root: { ...persons, isRoots: true }, odd })) {
  test(`systemd-analyze verify: the unit of ${whose} → nothing to complain about`, {
    skip: without('systemd-analyze'),
  }, t => {
    const directory = join(tempDir(t), 'units');
    mkdirSync(directory);
    const path = join(directory, 'waypost.service');
    writeFileSync(
      path,
      systemdUnit({ ...plan, command: [process.execPath, ...plan.command.slice(1)] as [string, ...string[]] }),
    );
    const said = execFileSync('systemd-analyze', [...(plan.isRoots ? [] : ['--user']), '--man=no', 'verify', path], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, XDG_RUNTIME_DIR: directory },
    });
    assert.equal(said, '');
  });
}

test('launchdJob: odd characters → a property list that says the same', { skip: without('python3') }, () => {
  const xml = launchdJob(odd);
  const read = execFileSync(
    'python3',
    ['-c', 'import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))'],
    {
      input: xml,
      encoding: 'utf8',
    },
  );
  assert.deepEqual(JSON.parse(read), {
    Label: 'org.waypost.waypost',
    ProgramArguments: odd.command,
    EnvironmentVariables: odd.environment,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    ExitTimeOut: 120,
    StandardOutPath: '/dev/null',
  });
});

test('checkPorts: port 25 → root may; others get an error that says what to do', () => {
  checkPorts([25, 0], true, 1024);
  checkPorts([0, 2525], false, 1024);
  checkPorts([25], false, 25);
  assert.throws(
    () => checkPorts([2525, 25], false, 1024),
    /^UserError: Only root may listen on port 25: .*start at 1024.*\n.*redirect.*\n.*sysctl.*\n.*waypost adopt/,
  );
});

test('checkServiceName: → what can be the name of a file and a unit', () => {
  for (const good of ['waypost', 'mail-2', '0_a']) checkServiceName(good);
  for (const bad of ['', 'A', '../x', 'a b', 'a.service', '-a', 'a'.repeat(65)])
    assert.throws(() => checkServiceName(bad));
});
