// The desktop app on a home that has a running host already.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildEntry, makeWorld } from '../support/electron/desktop-world.ts';
import { launchDesktop } from '../support/electron/driver.ts';
import { initHome, personsDir, serve } from '../support/host-process.ts';

test('desktop: a host with a page runs on the home → says where the page is, and ends with 0', {
  timeout: 120_000,
}, async t => {
  const entry = await buildEntry(t);
  const directory = personsDir(t);
  const { env } = makeWorld(directory);
  const { home } = await initHome(directory, 'vm', 'ines');
  const host = await serve(t, home, ['--ui', '127.0.0.1:0']);
  const app = await launchDesktop({ entry, args: ['--home', home], env: { ...env, BROWSER: 'none' } });
  t.after(app.kill);
  assert.equal(await app.exited, 0);
  assert.match(app.stderr(), /Waypost is already running on this home\.\n/);
  assert.ok(app.stderr().includes(`\n${host.ready.ui?.url.replace(/#.*/, '#key=')}`), app.stderr());
});
