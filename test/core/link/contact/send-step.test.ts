import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { netstring } from '../../../../core/lib/net/netstring.ts';
import { sendStep } from '../../../../core/link/contact/send-step.ts';
import { createTranscript } from '../../../../core/link/contact/transcript.ts';
import { openMarks } from '../../../../core/link/spool/marks.ts';
import { createWaitingMail } from '../../../../core/link/spool/waiting.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const prefix = 'link-sat-';

test('send step: a QMTP server answers with lines of its own, escapes and 50 KB → one short line of the log', async t => {
  const maildir = tempDir(t);
  mkdirSync(join(maildir, 'new'));
  writeFileSync(join(maildir, 'new/1'), `Return-Path: <a@b.example>\nDelivered-To: ${prefix}c@d.example\n\nHi.\n`);
  const said = `Zlater\ndelivery 5: success: forged\n\u001b[2J${'x'.repeat(50_000)}`;
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(netstring(said)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const log: string[] = [];
  const mail = createWaitingMail(maildir, prefix, line => assert.fail(line));
  const { link } = parseLink('sat', 'protocol qmtp\nserver 127.0.0.1\n');
  const result = await sendStep(
    {
      ...{ link, maildir, prefix, mail, clock: systemClock, transcript: createTranscript(systemClock) },
      marks: openMarks(join(maildir, 'order'), line => assert.fail(line)),
      bytesLeft: () => Number.POSITIVE_INFINITY,
      onlyNow: () => false,
      log: line => log.push(line),
      reach: {
        async dial(ip, port) {
          const socket = connect(port, ip);
          await once(socket, 'connect');
          return socket;
        },
        lookUp: async host => [host],
      },
      heloHost: () => 'here.example',
      acting: {
        program: 'link sat',
        directory: maildir,
        isTooOld: () => false,
        bounce: undefined,
        log: line => log.push(line),
      },
      stop: new AbortController().signal,
      tapped: socket => socket,
      told: () => {},
      begins: () => {},
    },
    { host: '127.0.0.1', port },
  );
  assert.deepEqual(result, { ok: true, says: '' });
  const [line = ''] = log;
  assert.equal(log.length, 1);
  assert.match(
    line,
    /^link sat: info: new\/1 failed temporarily: 127\.0\.0\.1 said: later\?delivery 5: success: forged\?\?\[2Jx+$/,
  );
  assert.ok(line.length < 2100);
});
