// qmail-showctl as a process, and the same from a running host.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, serve, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('qmail-showctl: a fresh home → its files in words, nothing wrong; changed → what is wrong, by file and line', async t => {
  const directory = tempDir(t);
  const fresh = await initHome(directory, 'here.example', 'ines');
  const { code, stdout } = await waypost(['qmail-showctl', '--home', fresh.home]);
  assert.equal(code, 0);
  assert.match(stdout, /^qmail home directory: .*\n/);
  assert.match(stdout, /\nlocals: \nMessages for here\.example are delivered locally\.\n/);
  assert.match(stdout, /\ndatabytes: \(Default\.\) SMTP DATA limit is 0 bytes\.\n/);
  assert.match(stdout, /\nNo problems found\.\n$/);
  const control = { locals: 'here.example\nthere.example\n', owner: 'nobody-here\n', zebra: '' };
  const wrong = await initHome(directory, 'there.example', 'ines', control);
  const shown = await waypost(['qmail-showctl', '--home', wrong.home]);
  assert.match(shown.stdout, /\nWhat is wrong:\n(?:control.*\n)*control\/locals:1: Mail for here\.example /);
  assert.match(shown.stdout, /\ncontrol\/owner: nobody-here has no line =nobody-here: in users\/assign/);
  assert.match(shown.stdout, /\nWhat may be as you want it:\n(?:control.*\n)*control\/zebra: /);
});

test('qmail-showctl: mail for postmaster fails → reported, with how to see why', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ines');
  rmSync(join(home, 'alias/.qmail-postmaster'));
  rmSync(join(home, 'control/adminaddr'));
  const { stdout } = await waypost(['qmail-showctl', '--home', home]);
  assert.match(
    stdout,
    /\nalias: Mail for postmaster@here\.example cannot be delivered: Sorry, no mailbox here by that name\./,
  );
});

test('qmail-showctl: --json → the same as host.configuration of a running host; no home → 111', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ines', { databytes: '5\n' });
  const shown = JSON.parse((await waypost(['qmail-showctl', '--home', home, '--json'])).stdout);
  assert.deepEqual(
    shown.findings.map(({ code }: { code: string }) => code),
    ['databytes-small'],
  );
  const host = await serve(t, home, []);
  const asked = await waypost(['api', '--home', home, 'host.configuration']);
  assert.deepEqual(JSON.parse(asked.stdout), shown);
  await host.stop();
  assert.equal((await waypost(['qmail-showctl', '--home', join(home, 'nowhere')])).code, 111);
  assert.equal((await waypost(['qmail-showctl', '--what'])).code, 100);
});

test('serve: rules by which strangers relay → shown among the problems, until they are fixed', async t => {
  const control = { 'tcp.smtp': ':allow,RELAYCLIENT=""\n', percenthack: 'here.example\n' };
  const { home } = await initHome(tempDir(t), 'here.example', 'ines', control);
  await serve(t, home, []);
  const problems = async () => {
    const status = JSON.parse((await waypost(['api', '--home', home, 'host.status'])).stdout);
    return status.problems.map(({ code }: { code: string }) => code);
  };
  assert.deepEqual(await problems(), ['open-relay', 'percenthack-relay']);
  rmSync(join(home, 'control/tcp.smtp'));
  assert.deepEqual(await problems(), ['percenthack-relay']);
});
