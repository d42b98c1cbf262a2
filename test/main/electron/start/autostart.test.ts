// Starting at login and opening mail links are registered with the system as each platform wants it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { desktopEntry, syncAutostart } from '../../../../main/electron/start/autostart.ts';
import { createMailtoHandler } from '../../../../main/electron/start/mailto.ts';
import { startCommand } from '../../../../main/electron/start/start-command.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const command = { program: '/opt/Waypost/waypost', args: [] };

test('desktopEntry: commands → Exec lines that start exactly them', () => {
  const rows: [string, string[], string][] = [
    ['/opt/Waypost/waypost', [], '/opt/Waypost/waypost --hidden'],
    ['/opt/My App/way', [], '"/opt/My App/way" --hidden'],
    ['/a', ['--home', '/h ome'], '/a --home "/h ome" --hidden'],
    ['/a"b', [], '"/a\\\\"b" --hidden'],
    ['/a$b`c', [], '"/a\\\\$b\\\\`c" --hidden'],
    ['/a\\b', [], '"/a\\\\\\\\b" --hidden'],
    ['/100%', [], '"/100%%" --hidden'],
  ];
  assert.deepEqual(
    rows.map(([program, args]) => [
      program,
      args,
      /^Exec=(.*)$/m.exec(desktopEntry({ program, args }, '/home'))?.[1] ?? '',
    ]),
    rows,
  );
});

test('syncAutostart: Linux → the entry comes and goes with the setting, another home’s stays', t => {
  const configDir = join(tempDir(t), 'config');
  const path = join(configDir, 'autostart', 'waypost.desktop');
  const sync = (wanted: boolean, home = '/home/ines/post') =>
    syncAutostart({ app: {} as never, platform: 'linux', wanted, command, home, configDir });
  sync(false);
  assert.equal(existsSync(configDir), false);
  sync(true);
  assert.match(readFileSync(path, 'utf8'), /^\[Desktop Entry\]\nType=Application\n/);
  sync(false, '/another/home');
  assert.equal(existsSync(path), true);
  sync(false);
  assert.equal(existsSync(path), false);
  mkdirSync(join(configDir, 'autostart'), { recursive: true });
  writeFileSync(path, '[Desktop Entry]\nExec=old\n');
  sync(true);
  assert.equal(readFileSync(path, 'utf8'), desktopEntry(command, '/home/ines/post'));
});

test('syncAutostart: macOS and Windows → the system’s own login items', () => {
  const asked: unknown[] = [];
  const app = { setLoginItemSettings: (settings: unknown) => asked.push(settings) };
  for (const platform of ['darwin', 'win32'] as const) {
    for (const wanted of [true, false]) {
      syncAutostart({ app: app as never, platform, wanted, command, home: '/h', configDir: '/nowhere' });
    }
  }
  assert.deepEqual(asked, [
    { openAtLogin: true },
    { openAtLogin: false },
    { openAtLogin: true, path: '/opt/Waypost/waypost', args: ['--hidden'] },
    { openAtLogin: false, path: '/opt/Waypost/waypost', args: ['--hidden'] },
  ]);
});

test('startCommand: how the app runs → how it is started again', () => {
  const now = { execPath: '/e/electron', appImage: undefined, isPackaged: false, appPath: '/src', home: undefined };
  assert.deepEqual(
    [
      startCommand(now),
      startCommand({ ...now, isPackaged: true }),
      startCommand({ ...now, isPackaged: true, appImage: '/dl/Waypost.AppImage', home: '/h' }),
    ],
    [
      { program: '/e/electron', args: ['/src'] },
      { program: '/e/electron', args: [] },
      { program: '/dl/Waypost.AppImage', args: ['--home', '/h'] },
    ],
  );
});

test('mail links: the user’s choice → asked of the system with the way to start this app', () => {
  const asked: unknown[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) => {
      asked.push([name, ...args]);
      return true;
    };
  const handler = createMailtoHandler(
    {
      isDefaultProtocolClient: note('is'),
      setAsDefaultProtocolClient: note('set'),
      removeAsDefaultProtocolClient: note('remove'),
    },
    { program: '/e', args: ['/src'] },
  );
  assert.equal(handler.isOurs(), true);
  handler.set(true);
  handler.set(false);
  assert.deepEqual(
    asked,
    ['is', 'set', 'remove'].map(name => [name, 'mailto', '/e', ['/src', '--']]),
  );
});
