// What a start of Waypost finds on the machine: a free port for SMTP, Electron's runtime, and the system's browser.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { installedRuntime } from '../../main/electron-runtime.ts';
import { browserCommand } from '../../main/headless/open-browser.ts';
import { chooseSmtpPort, startOnSmtpPort } from '../../main/smtp-port.ts';
import { tempDir } from '../support/temp-dir.ts';

test('chooseSmtpPort: ports taken → the first free one, or any', async () => {
  const free = (first: number) => async (_address: string, port: number) => port >= first;
  assert.deepEqual(
    [
      await chooseSmtpPort('127.0.0.1', free(0)),
      await chooseSmtpPort('127.0.0.1', free(2530)),
      await chooseSmtpPort('127.0.0.1', free(9999)),
    ],
    [2525, 2530, 0],
  );
});

test('chooseSmtpPort: a port that is in use → not that one', async t => {
  const port = await chooseSmtpPort('127.0.0.1');
  const server = createServer();
  await new Promise<void>(resolve => server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve));
  t.after(() => server.close());
  assert.notEqual(await chooseSmtpPort('127.0.0.1'), port);
});

test('startOnSmtpPort: another process was faster → another port; another failure, or too many → the error', async () => {
  const taken = new Error('taken', { cause: Object.assign(new Error('in use'), { code: 'EADDRINUSE' }) });
  const rows: [Error[], number, string][] = [
    [[], 1, 'started'],
    [[taken, taken], 3, 'started'],
    [[new Error('no home')], 1, 'no home'],
    [Array(9).fill(taken), 5, 'taken'],
  ];
  const got: typeof rows = [];
  for (const [errors] of rows) {
    let starts = 0;
    const start = async () => {
      const error = errors[starts];
      starts += 1;
      if (error) throw error;
      return 'started';
    };
    const came = await startOnSmtpPort('127.0.0.1', start, async () => 2525).catch(error => error.message as string);
    got.push([errors, starts, came]);
  }
  assert.deepEqual(got, rows);
});

test('installedRuntime: what is on the disk → the executable, or nothing', t => {
  const directory = tempDir(t);
  const packageDir = join(directory, 'electron');
  const other = join(directory, 'other');
  for (const path of [join(packageDir, 'dist'), other]) mkdirSync(path, { recursive: true });
  assert.equal(installedRuntime(packageDir, {}, 'linux'), undefined);
  writeFileSync(join(other, 'electron'), '');
  assert.equal(installedRuntime(packageDir, { ELECTRON_OVERRIDE_DIST_PATH: other }, 'linux'), join(other, 'electron'));
  assert.equal(installedRuntime(packageDir, { ELECTRON_OVERRIDE_DIST_PATH: other }, 'win32'), undefined);
  writeFileSync(join(packageDir, 'path.txt'), 'renamed');
  assert.equal(installedRuntime(packageDir, {}, 'linux'), undefined);
  writeFileSync(join(packageDir, 'dist', 'renamed'), '');
  assert.equal(installedRuntime(packageDir, {}, 'linux'), join(packageDir, 'dist', 'renamed'));
});

test('browserCommand: where there is a screen → the system’s opener, else none', () => {
  const rows: [Record<string, string>, NodeJS.Platform, readonly string[] | undefined][] = [
    [{}, 'linux', undefined],
    [{ DISPLAY: ':0' }, 'linux', ['xdg-open']],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', ['xdg-open']],
    [{ DISPLAY: ':0', CI: '1' }, 'linux', undefined],
    [{ DISPLAY: ':0', BROWSER: 'none' }, 'linux', undefined],
    [{}, 'darwin', ['open']],
    [{}, 'win32', ['explorer.exe']],
  ];
  assert.deepEqual(
    rows.map(([env, platform]) => [env, platform, browserCommand(env, platform)]),
    rows,
  );
});
