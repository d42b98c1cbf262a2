// Control files that cannot be read: a client is told to try again later, and the service continues.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLiveControl } from '../../../core/control/live-control.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { rawClient } from '../../support/raw-client.ts';
import { startSmtp } from '../../support/smtp-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const refusal = '421 unable to read controls (#4.3.0)\r\n';

test('smtp: control files change → the next client gets the new ones; unreadable ones → 421', async t => {
  const home = tempDir(t);
  writeControl(home, { rcpthosts: 'here.example\n' });
  const live = openLiveControl(home, () => {});
  const { port, log } = await startSmtp(t, { deps: { control: live.connection } });
  const met = async () => (await rawClient(port)).line();
  assert.match(await met(), /^220 here\.example /);
  writeFileSync(join(home, 'control/smtpgreeting'), 'new.example\n');
  assert.match(await met(), /^220 new\.example /);
  mkdirSync(join(home, 'control/badmailfrom'));
  assert.equal(await (await rawClient(port)).rest(), refusal);
  assert.match(log.at(-1) ?? '', /^smtpd: alert: .*badmailfrom/);
  rmSync(join(home, 'control/badmailfrom'), { recursive: true });
  assert.match(await met(), /^220 new\.example /);
});

test('smtp: morercpthosts.cdb that is not a database → 421 for the recipient that needs it, and for no other', async t => {
  const home = tempDir(t);
  writeControl(home, { rcpthosts: 'here.example\n' });
  writeFileSync(join(home, 'control/morercpthosts.cdb'), 'short');
  const { port } = await startSmtp(t, { deps: { control: openLiveControl(home, () => {}).connection } });
  const client = await rawClient(port);
  client.send('HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@here.example>\r\nRCPT TO:<a@there.example>\r\nNOOP\r\n');
  const replies = await client.rest();
  assert.match(replies, /^220 .*\r\n250 .*\r\n250 ok\r\n250 ok\r\n421 /);
  assert.ok(replies.endsWith(refusal));
});
