// Hostile SMTP sessions: no crash, no hang, no leak, only known replies, and no message but those that were answered 250.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../core/lib/clock.ts';
import { serveSmtpOnStdio } from '../../core/receive/smtp/on-stdio.ts';
import { listQueue } from '../support/list-queue.ts';
import { writeControl } from '../support/queue-rig.ts';
import { rawClient } from '../support/raw-client.ts';
import { startSmtp } from '../support/smtp-rig.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { fuzzSessions, type Protocol } from './session-fuzzer.ts';
import { fuzzSettings } from './settings.ts';

const reply = /^(?:220|221|250|252|214|354|421|451|452|501|502|503|538|552|553|554|555)[- ][ -~]*$/;

const fixtures = join(import.meta.dirname, '../fixtures/tls');
const tls = { cert: readFileSync(join(fixtures, 'cert.pem')), key: readFileSync(join(fixtures, 'key.pem')) };

const smtp: Protocol = {
  conversations: [
    [
      'EHLO x\r\n',
      'MAIL FROM:<a@b>\r\n',
      'RCPT TO:<joe@heaven.af.mil>\r\n',
      'DATA\r\n',
      'Subject: t\r\n\r\n',
      '..dot\r\n',
      '.\r\n',
      'QUIT\r\n',
    ],
    [
      'mail from:<>\r\n',
      'rcpt to:<@r1,@r2:"a b"@heaven.af.mil>\r\n',
      'data\r\n',
      '.\r\n',
      'rset\r\n',
      'mail from:x\r\n',
      'rcpt to:y\r\n',
      'data\r\n',
      'z\r\n.\r\n',
    ],
    [
      'HELO\r\n',
      'NOOP\r\n',
      'VRFY a\r\n',
      'EXPN b\r\n',
      'HELP\r\n',
      'STARTTLS\r\n',
      'AUTH PLAIN AGEAYg==\r\n',
      'AUTH LOGIN\r\n',
      'QUIT\r\n',
    ],
    [
      'EHLO x\r\nMAIL FROM:<bad@example.net> SIZE=2000\r\n',
      'RCPT TO:<x@elsewhere.org>\r\n',
      'RCPT TO:<u@[127.0.0.1]>\r\n',
      `${'Received: x\r\n'.repeat(40)}`,
      'DATA\r\n',
      `${'Received: y\r\n'.repeat(60)}`,
      `${'y'.repeat(900)}\r\n`,
      '\r\n.\r\n',
    ],
    [
      'XCLIENT ADDR=1.2.3.4\r\n',
      'BDAT 5 LAST\r\nhello',
      'GET / HTTP/1.1\r\n',
      'PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n',
      'LHLO x\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\r\n',
    ],
  ],
  noise: [
    '\r',
    '\n',
    '\r\n',
    '\0',
    '.',
    '\r\n.\r\n',
    '\n.\n',
    '\r.\r',
    '\r\n.\r',
    '\r\n\0.\r\n',
    '<',
    '>',
    '"',
    '\\',
    '@',
    ':',
    ' ',
    '\xff',
    '\t',
    'DATA\r\n',
    'MAIL FROM:<evil@b>\r\n',
    '<'.repeat(1000),
    '"\\'.repeat(500),
    'x'.repeat(20_000),
  ],
  complaintAbout(output, cut) {
    // Behind this line everything is TLS, or what a client gets that does not speak it.
    const [clear = '', inTls] = output.split(/(?<=^220 Ready to start TLS\r\n)/m);
    const lines = clear.split('\r\n');
    const unfinished = lines.pop();
    if (!cut && inTls === undefined && unfinished !== '') return `a reply without its end: ${unfinished}`;
    const strange = lines.find(line => !reply.test(line));
    return strange === undefined ? undefined : `an unknown reply: ${strange}`;
  },
};

test('smtp fuzz: hostile sessions → known replies, no hang, no leak, nothing queued without 250', async t => {
  const settings = fuzzSettings();
  t.diagnostic(`${settings.sessions} sessions, seed ${settings.seed}`);
  const control = { databytes: '20000\n', badmailfrom: 'bad@example.net\n', timeoutsmtpd: '30\n' };
  let clients = 0;
  const log = (line: string): void => {
    if (line.startsWith('smtpd: pid ')) clients++;
    if (line.startsWith('smtpd: end ')) clients--;
  };
  const rig = await startSmtp(t, {
    control,
    deps: { clock: systemClock, log, tls: () => tls, logIn: async () => false },
  });
  let accepted = 0;
  let queued = 0;
  const onSession = (output: string): void => {
    accepted += output.match(/^250 ok \d+ qp /gm)?.length ?? 0;
    queued += rig.taken.splice(0).length;
    rig.failures.length = 0;
  };
  const grown = await fuzzSessions({ protocol: smtp, port: rig.port, ...settings, onSession });
  t.diagnostic(`${accepted} messages accepted, memory ${grown >> 10} KB more`);
  // A client that dropped the connection may have missed its 250.
  assert.ok(queued >= accepted && accepted > 0, `${queued} queued, ${accepted} answered 250`);
  await until('all clients to be gone', () => clients === 0);
  const friend = await rawClient(rig.port);
  assert.equal(await friend.line(), '220 heaven.af.mil ESMTP');
});

test('qmail-smtpd fuzz: the same on descriptors instead of a socket → every session ends', async t => {
  const settings = fuzzSettings(200);
  const files = { me: 'heaven.af.mil\n', rcpthosts: 'heaven.af.mil\n', databytes: '20000\n', timeoutsmtpd: '30\n' };
  const control = writeControl(tempDir(t), files);
  const { accept, taken } = listQueue();
  const codes = new Map<number, number>();
  const server = createServer({ allowHalfOpen: true }, client => {
    client.on('error', () => client.destroy());
    const environment = { TCPREMOTEIP: '192.0.2.1' };
    const deps = {
      control: () => control,
      clock: systemClock,
      accept: () => accept,
      log: () => {},
      ownAddresses: () => [],
    };
    void serveSmtpOnStdio({ input: client, output: client, environment }, deps).then(code => {
      codes.set(code, (codes.get(code) ?? 0) + 1);
      client.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const onSession = (): void => {
    taken.length = 0; // what is kept is not a leak
  };
  await fuzzSessions({ protocol: smtp, port, ...settings, onSession });
  const ended = () => (codes.get(0) ?? 0) + (codes.get(1) ?? 0);
  await until('all sessions to end', () => ended() === settings.sessions);
  assert.ok((codes.get(0) ?? 0) > 0, 'some said QUIT');
});
