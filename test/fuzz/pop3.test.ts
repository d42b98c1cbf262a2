// Hostile POP3 sessions: no crash, no hang, no leak, only known replies, and no message gone but those that a QUIT deleted.
import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../core/lib/clock.ts';
import { loginMs } from '../../core/pop3/pop3.ts';
import { startPop3 } from '../support/pop3-rig.ts';
import { rawClient } from '../support/raw-client.ts';
import { until } from '../support/until.ts';
import { fuzzSessions, type Protocol } from './session-fuzzer.ts';
import { fuzzSettings } from './settings.ts';

const login = ['USER joe\r\n', 'PASS sesame\r\n'];
const errors = [
  'syntax error',
  'authorization first',
  'too many commands without a login',
  'authorization failed',
  'USER first',
  'unimplemented',
  'messages are counted from 1',
  'not that many messages',
  'already deleted',
  'unable to open that message',
];
/** What a message of the mailbox may look like on the wire, and CAPA's answer, and a listing. */
const contents = [
  /^Subject: \w+$/,
  /^A: 3$/,
  /^[abc1-4]$/,
  /^first$/,
  /^\.{0,3}dot$/,
  /^\.{0,3}$/,
  /^\d+ \d+$/,
  /^\d+ [\w.]+$/,
];
const capabilities = ['USER', 'TOP', 'UIDL', 'PIPELINING', 'EXPIRE NEVER'];

const pop3: Protocol = {
  conversations: [
    [...login, 'STAT\r\n', 'LIST\r\n', 'UIDL\r\n', 'RETR 1\r\n', 'DELE 1\r\n', 'QUIT\r\n'],
    [
      ...login,
      'TOP 2 0\r\n',
      'TOP 3 1\r\n',
      'LAST\r\n',
      'RSET\r\n',
      'NOOP\r\n',
      'DELE 2\r\n',
      'DELE 2\r\n',
      'QUIT\r\n',
    ],
    ['CAPA\r\n', ...login, 'LIST 1\r\n', 'UIDL 2\r\n', 'RETR 99\r\n', 'DELE 0\r\n', 'XTND XMIT\r\n', 'STLS\r\n'],
    ['USER joe\r\nPASS sesame\r\nSTAT\r\nRETR 1\r\nRETR 2\r\nRETR 3\r\nQUIT\r\n'],
    ['PASS x\r\n', 'USER jim\r\n', 'PASS wrong\r\n', 'STAT\r\n'],
    ['APOP joe c4c9334bac560ecc979e58001b3e22fb\r\n', 'AUTH PLAIN AGEAYg==\r\n', 'GET / HTTP/1.1\r\n', 'QUIT\r\n'],
  ],
  noise: [
    '\r',
    '\n',
    '\r\n',
    '\0',
    ' ',
    '.',
    '-1',
    '18446744073709551617',
    '\xff',
    '\t',
    'QUIT\r\n',
    'DELE 1\r\n',
    'RETR 1\r\n',
    'RETR 1 1 1\r\n',
    'x'.repeat(5000),
    '\r\n'.repeat(50),
    'RETR 1\r\n'.repeat(50),
  ],
  complaintAbout(output, cut) {
    const lines = output.split('\r\n');
    const unfinished = lines.pop();
    if (!cut && unfinished !== '') return `a reply without its end: ${unfinished}`;
    const strange = lines.find(line => !isKnown(line));
    return strange === undefined ? undefined : `an unknown line: ${strange}`;
  },
};

function isKnown(line: string): boolean {
  if (line.startsWith('-ERR ')) return errors.includes(line.slice(5));
  if (line.startsWith('+OK')) return /^\+OK (?:here\.example POP3|\d+(?: [\w.]+)?|)$/.test(line);
  return capabilities.includes(line) || contents.some(form => form.test(line));
}

test('pop3 fuzz: hostile sessions → known replies, no hang, no leak, nothing gone that no QUIT deleted', async t => {
  const settings = fuzzSettings();
  t.diagnostic(`${settings.sessions} sessions, seed ${settings.seed}`);
  let clients = 0;
  let deleted = 0;
  const log = (line: string): void => {
    if (line.startsWith('pop3d: pid ')) clients++;
    if (line.startsWith('pop3d: end ')) clients--;
    deleted += Number(/^pop3d: quit .* deleted (\d+)$/.exec(line)?.[1] ?? 0);
  };
  // Guessing is slowed down, but not by real seconds.
  const clock: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms === loginMs ? ms : ms / 50, run) };
  const rig = await startPop3(t, { clock, log, limits: { total: 0, perAddress: 0, perMinute: 0 }, idleMs: 30_000 });
  let made = rig.names().length;
  const refill = (): void => {
    if (made - deleted > 5) return;
    const path = join(rig.maildir, 'new', `${made++}.refill.host`);
    writeFileSync(path, 'Subject: two\n\nb\nc\n.dot\n');
    utimesSync(path, 1000, 1000);
  };
  const grown = await fuzzSessions({ protocol: pop3, port: rig.port, ...settings, onSession: refill });
  await until('all clients to be gone', () => clients === 0);
  t.diagnostic(`${deleted} messages deleted, memory ${grown >> 10} KB more`);
  assert.ok(deleted > 0);
  assert.equal(rig.names().length, made - deleted);
  const friend = await rawClient(rig.port);
  assert.equal(await friend.line(), '+OK here.example POP3');
});
