// A whole host with access rules: a filter for one kind of client, and a refusal for another, changed while it runs.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, serve } from '../support/host-process.ts';
import { rawClient } from '../support/raw-client.ts';
import { tempDir } from '../support/temp-dir.ts';

test('host: QMAILQUEUE in a rule → the client’s mail goes through that program, with what is known of the client', async t => {
  const directory = tempDir(t);
  const { home } = await initHome(directory, 'me.example', 'ann');
  const filter = join(directory, 'filter');
  const seen = join(directory, 'seen');
  writeFileSync(filter, `#!/bin/sh\n{ echo "$TCPREMOTEIP $COLOUR"; cat; } >${seen}\ncat <&1 >>${seen}\nexit 31\n`, {
    mode: 0o755,
  });
  const rules = join(home, 'control', 'tcp.smtp');
  writeFileSync(rules, `127.0.0.1:allow,QMAILQUEUE="${filter}",COLOUR="blue"\n`);
  const host = await serve(t, home, ['--smtp', '127.0.0.1:0']);
  const port = host.ready.smtp?.port ?? 0;
  const client = await rawClient(port);
  client.send('MAIL FROM:<a@b>\r\nRCPT TO:<ann@me.example>\r\nDATA\r\nhello\r\n.\r\nQUIT\r\n');
  assert.match(await client.rest(), /554 mail server permanently rejected message \(#5\.3\.0\)\r\n221 /);
  assert.match(
    readFileSync(seen, 'latin1'),
    /^127\.0\.0\.1 blue\nReceived: .*\n {2}by .*\nhello\nFa@b\0Tann@me\.example\0\0$/,
  );
  writeFileSync(rules, ':deny\n');
  assert.match(await (await rawClient(port)).rest(), /^554 /);
  assert.equal(await host.stop(), 0);
});
