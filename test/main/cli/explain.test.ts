// waypost explain as a process: without a host, with one, for scripts; and that mail is really delivered as it says.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, serve, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

test('waypost explain: no host runs → from the home; a host runs → the same from it; and so the mail goes', async t => {
  const { home, mailHome, maildir } = await initHome(tempDir(t), 'here.example', 'ines');
  writeFileSync(join(mailHome, '.qmail-boat'), './Maildir/\n');
  const explain = (...args: string[]) => waypost(['explain', '--home', home, ...args]);
  const alone = await explain('ines-boat');
  assert.match(
    alone.stdout,
    /\.qmail-boat: This file applies\.\n.*\.qmail-boat:1: Keep in the inbox\n\nMail for ines-boat@here\.example \(delivered here\):\n {2}maildir \.\/Maildir\/\n$/,
  );
  const json = await explain('--json', 'ines-nothing@here.example');
  assert.deepEqual(JSON.parse(json.stdout).verdict.outcome, 'never');
  const host = await serve(t, home, []);
  assert.deepEqual(await explain('ines-boat'), alone);
  assert.deepEqual(await explain('--json', 'ines-nothing@here.example'), json);
  const before = readdirSync(join(maildir, 'new')).length;
  const sent = await waypost(['sendmail', '--home', home, 'ines-boat@here.example', 'ines-nothing@here.example'], {
    input: 'Subject: x\n\nx\n',
  });
  assert.equal(sent.code, 0);
  await until(
    'both recipients are done',
    () => /failure: Sorry,_no_mailbox/.test(host.log()) && readdirSync(join(maildir, 'new')).length > before,
  );
  assert.equal(await host.stop(), 0);
});

test('waypost explain: the address of a link → it waits for it, and the next window', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ines');
  mkdirSync(join(home, 'control/links'));
  writeFileSync(join(home, 'control/links/radio'), 'carries site.example\nserver 192.0.2.1\nwindow mon 18:00-18:15\n');
  const explain = async () => (await waypost(['explain', '--home', home, 'ann@site.example'])).stdout;
  const says =
    /\n\nMail for \S*ann@site\.example \(waits here\):\n {2}maildir .*\/serial\/radio\/Maildir\n {2}It waits for link radio, (?:next window Mon 18:00|its window is open until Mon 18:15)\.\n$/;
  assert.match(await explain(), says);
  writeFileSync(join(home, 'control/links/radio'), 'carries site.example\nserver 192.0.2.1\n');
  assert.match(await explain(), /\n {2}It waits for link radio\.\n$/);
});

test('waypost explain: no address, two, no home → refused', async t => {
  const nowhere = join(tempDir(t), 'nowhere');
  assert.equal((await waypost(['explain', '--home', nowhere])).code, 100);
  assert.equal((await waypost(['explain', '--home', nowhere, 'a', 'b'])).code, 100);
  const refused = await waypost(['explain', '--home', nowhere, 'a@b']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /nowhere is not a Waypost home/);
});
