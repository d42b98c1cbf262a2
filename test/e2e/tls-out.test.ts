// A whole host that sends within TLS: what tlsdestinations asks for, in the log, the trace and the problems of the owner.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TracedMessage } from '../../core/api/trace.ts';
import { issue } from '../support/certificates.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { buildTown, type Town } from '../support/town.ts';

const ca = issue({ subject: 'Town CA', isCa: true });
const own = issue({ subject: 'relay.example', names: ['127.0.0.1'], issuer: ca });

/** The TLS and the result of each attempt for the recipient. */
async function attemptsFor(town: Town, recipient: string): Promise<unknown[]> {
  const { messages } = (await town.ask('explain.trace', { query: recipient })) as { messages: TracedMessage[] };
  return messages.flatMap(({ events }) =>
    events.flatMap(event =>
      event.kind === 'attempt' ? [[event.result, event.tls?.version, event.tls?.certificate]] : [],
    ),
  );
}

test('host: a line of tlsdestinations → sent verified, and the trace says so; a broken one → a problem, and mail waits', async t => {
  const peer = await startPeer(t, {
    ehlo: '250-peer.example\r\n250 STARTTLS',
    starttls: '220 go',
    tls: { cert: own.cert, key: own.key },
  });
  const directory = tempDir(t);
  const caPath = join(directory, 'ca.pem');
  writeFileSync(caPath, ca.cert);
  // The host that root starts runs as another user.
  chmodSync(directory, 0o755);
  const town = await buildTown(t, {
    smtproutes: `verified.example:127.0.0.1:${peer.port}\nbroken.example:localhost:${peer.port}`,
    tlsdestinations: `=127.0.0.1:${caPath}\nlocalhost:a|b|c`,
  });
  await town.inject('To: bill@verified.example\n\nHi.\n');
  await town.logUntil(/^end msg/);
  assert.match(town.host.log(), /^status: delivery \d+ over TLSv1\.3 TLS_[A-Z0-9_]+: verified$/m);
  assert.deepEqual(await attemptsFor(town, 'bill@verified.example'), [['success', 'TLSv1.3', 'verified']]);
  assert.notEqual(peer.sessions[0]?.tls, undefined);

  await town.inject('To: bill@broken.example\n\nHi.\n');
  const deferred = await town.logUntil(/deferral/);
  assert.match(deferred.at(-1) ?? '', /deferral: control\/tlsdestinations_line_2,_for_localhost:_Of_its_second_/);
  assert.deepEqual(await attemptsFor(town, 'bill@broken.example'), [['deferral', undefined, undefined]]);
  const { problems } = (await town.ask('host.status')) as { problems: { code: string; text: string }[] };
  const [problem] = problems.filter(({ code }) => code === 'bad-tls-line');
  assert.match(problem?.text ?? '', /control\/tlsdestinations:2: Mail for localhost waits: /);
});
