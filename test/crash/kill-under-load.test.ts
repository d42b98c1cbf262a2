// kill -9 at random moments while mail comes in: nothing that got a 250 may be lost, nothing half-written may be seen.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { initHome, serve, waypost } from '../support/host-process.ts';
import { sendLoad } from '../support/smtp-load.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const total = 500;

test('crash: kill -9 at random moments under 500 messages → every accepted one delivered whole', async t => {
  const { home, maildir } = await initHome(tempDir(t), 'here.example', 'alice');
  const promised: number[] = [];
  let kills = 0;
  for (let sent = 0; sent < total; kills++) {
    const host = await serve(t, home, ['--smtp', '127.0.0.1:0']);
    // A moment counted in messages: a slow machine then needs no more kills than a fast one.
    const enough = Promise.withResolvers<void>();
    const wanted = Math.floor(Math.random() * 60);
    const load = sendLoad({
      port: host.ready.smtp?.port as number,
      clients: 10,
      messages: total - sent,
      firstNumber: sent,
      sender: 'bob@far.example',
      recipient: 'alice@here.example',
      body: 'x'.repeat(3000),
      onAccepted: count => count >= wanted && enough.resolve(),
    });
    await Promise.race([enough.promise, load]);
    await sleep(Math.random() * 25);
    assert.equal(await host.stop('SIGKILL'), 'SIGKILL');
    const accepted = await load;
    promised.push(...accepted);
    sent = Math.max(sent, ...accepted) + 1;
    assert.deepEqual(halfWritten(maildir), [], `after kill ${kills}`);
  }

  const host = await serve(t, home, []);
  await until('the queue to be empty', () => isEmpty(home), 30_000);
  assert.equal(await host.stop(), 0);
  const delivered = new Set(messages(maildir).map(text => Number(/^Subject: load-(\d+)$/m.exec(text)?.[1])));
  t.diagnostic(`${kills} kills, ${promised.length} messages accepted, ${messages(maildir).length} files in new/`);
  assert.ok(kills >= 2, 'the host was killed at least twice');
  assert.deepEqual(
    promised.filter(number => !delivered.has(number)),
    [],
    'messages that got 250 and are not there',
  );
  assert.deepEqual(halfWritten(maildir), []);
});

/** True when nobody waits. Message files that nobody owns may be left over from the kills: the 36-hour cleanup's work. */
async function isEmpty(home: string): Promise<boolean> {
  const [read, stat] = await Promise.all(['qmail-qread', 'qmail-qstat'].map(name => waypost([name, '--home', home])));
  return read?.stdout === '' && /not yet preprocessed: 0$/m.test(stat?.stdout ?? '');
}

function messages(maildir: string): string[] {
  return readdirSync(join(maildir, 'new')).map(name => readFileSync(join(maildir, 'new', name), 'latin1'));
}

/** Files in new/ that do not hold a whole message, from the first trace line to the last line of the body. */
function halfWritten(maildir: string): string[] {
  return messages(maildir).filter(text => {
    const number = /^Subject: load-(\d+)$/m.exec(text)?.[1];
    return (
      !text.startsWith('Return-Path: <bob@far.example>\nDelivered-To: ') || !text.endsWith(`\nthe end of ${number}\n`)
    );
  });
}
