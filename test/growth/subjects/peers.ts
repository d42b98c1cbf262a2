// What peers send: servers that we send to, clients that send to us, and the contents of users' files.
import { PassThrough, Readable } from 'node:stream';
import { parseTcpRules } from '../../../core/control/tcp-rules.ts';
import { createReplyReader } from '../../../core/conversation/smtp-reply.ts';
import { clientLines } from '../../../core/inject/ofmipd/client-lines.ts';
import { createNetstringCollector } from '../../../core/lib/net/netstring.ts';
import { readAliasEntries } from '../../../core/local/forwarding/alias-addresses.ts';
import { readAliases } from '../../../core/local/forwarding/aliases-file.ts';
import { readForwardingTable } from '../../../core/local/forwarding/forwarding-table.ts';
import { decodeList, readListLines } from '../../../core/local/forwarding/mailing-list-file.ts';
import { quoteForMbox } from '../../../core/local/into/mbox-quoting.ts';
import { parseDotQmail } from '../../../core/local/rules/dot-qmail.ts';
import { readMailDsn, readNotify, readRcptDsn } from '../../../core/message/dsn-parameters.ts';
import { parseClaim } from '../../../core/pop3/checkpassword.ts';
import { createPopConnection } from '../../../core/pop3/connection.ts';
import { parsePasswdLine } from '../../../core/pop3/passwd-line.ts';
import { parseLine } from '../../../core/pop3/popup.ts';
import { bounceParagraph } from '../../../core/queue/bounce/bounce.ts';
import { recipientFields } from '../../../core/queue/bounce/recipient-fields.ts';
import { createHopCounter } from '../../../core/receive/hops.ts';
import { formatReceived } from '../../../core/receive/received.ts';
import { parseCommand } from '../../../core/receive/smtp/commands.ts';
import { createDataDecoder } from '../../../core/receive/smtp/data.ts';
import { formatReports } from '../../../core/remote/outcome-of-replies.ts';
import { readProgramReport } from '../../../core/remote/read-remote-report.ts';
import { encodeChunk, encodeWhole } from '../../../core/remote/smtp/data.ts';
import { parseStsPolicy } from '../../../core/remote/sts/policy.ts';
import { alone, type Subject } from '../growth.ts';

const hosts = { defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' };

function raw(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

/** What comes in crumbs is slow enough without trying everything. */
const trickled = ['a', 'a\r\n'];

/** The bytes a few at a time, as a slow peer sends them. */
function trickle(bytes: string): Uint8Array[] {
  const whole = raw(bytes);
  return Array.from({ length: Math.ceil(whole.length / 16) }, (_, at) => whole.subarray(16 * at, 16 * at + 16));
}

function readReplies(pieces: readonly Uint8Array[]): void {
  const reader = createReplyReader();
  for (const piece of pieces) {
    reader.push(piece);
    while (reader.take());
  }
}

/** What is refused in words has been read. */
function orRefused(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

async function popLines(pieces: readonly Uint8Array[]): Promise<void> {
  const connection = createPopConnection(Readable.from(pieces), new PassThrough());
  while ((await connection.line()) !== undefined);
}

async function smtpLines(pieces: readonly Uint8Array[]): Promise<void> {
  const next = clientLines(Readable.from(pieces));
  try {
    for (;;) await next();
  } catch {
    // The client is gone: that is how they end.
  }
}

async function drained(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}

const from = { remoteHost: 'h', remoteIp: '127.0.0.1', remoteInfo: undefined, localHost: 'l', protocol: 'SMTP' };

export const peerSubjects: readonly Subject[] = [
  {
    name: 'core/conversation/smtp-reply.ts createReplyReader',
    run: bytes => orRefused(() => readReplies([raw(bytes)])),
    frames: [alone, ['250-a\r\n', '\r\n']],
  },
  {
    name: 'core/conversation/smtp-reply.ts createReplyReader',
    run: bytes => orRefused(() => readReplies(trickle(bytes))),
    units: trickled,
    frames: [alone, ['250-a', '\r\n']],
  },
  {
    name: 'core/remote/read-remote-report.ts readProgramReport',
    run: text => readProgramReport(0, `h${text}\0`),
    frames: [alone, ['Remote host said: 550-', '\n550-'], ['Remote host said: 550 5.', 'x'], ['(#5.', '1']],
  },
  {
    name: 'core/remote/outcome-of-replies.ts formatReports',
    run: text => formatReports({ recipients: [{ letter: 'h', text }], message: { letter: 'D', text } }),
  },
  {
    name: 'core/remote/read-remote-report.ts readProgramReport',
    run: bytes => readProgramReport(0, bytes),
    frames: [alone, ['h', '\0']],
  },
  { name: 'core/remote/smtp/data.ts encodeWhole', run: bytes => encodeWhole(raw(bytes)) },
  { name: 'core/remote/smtp/data.ts encodeChunk', run: bytes => encodeChunk(raw(bytes)) },
  {
    name: 'core/receive/smtp/commands.ts parseCommand',
    run: bytes => parseCommand(raw(bytes)),
    frames: [alone, ['MAIL ', 'x']],
  },
  {
    name: 'core/message/dsn-parameters.ts readMailDsn readRcptDsn readNotify',
    run: bytes => [readMailDsn(bytes.split(' ')), readRcptDsn(bytes.split(' ')), readNotify(bytes)],
    frames: [alone, ['ENVID=', ''], ['NOTIFY=', ''], ['ORCPT=utf-8;', '']],
  },
  { name: 'core/receive/smtp/data.ts createDataDecoder', run: bytes => createDataDecoder().push(raw(bytes)) },
  { name: 'core/receive/hops.ts createHopCounter', run: bytes => createHopCounter().push(raw(bytes)) },
  { name: 'core/receive/received.ts formatReceived', run: helo => formatReceived({ ...from, helo }, 0) },
  {
    name: 'core/lib/net/netstring.ts createNetstringCollector',
    run(bytes) {
      const collector = createNetstringCollector(100_000);
      return orRefused(() => {
        collector.push(raw(bytes));
        while (collector.take() !== undefined);
      });
    },
    frames: [alone, ['65536:', ',']],
  },
  { name: 'core/pop3/connection.ts createPopConnection', run: bytes => popLines([raw(bytes)]) },
  { name: 'core/pop3/connection.ts createPopConnection', run: bytes => popLines(trickle(bytes)), units: trickled },
  {
    name: 'core/remote/sts/policy.ts parseStsPolicy',
    run: parseStsPolicy,
    frames: [alone, ['version: STSv1\nmode: enforce\nmax_age: 86400\nmx: ', '\n']],
  },
  { name: 'core/pop3/popup.ts parseLine', run: parseLine, frames: [alone, ['USER ', 'x']] },
  { name: 'core/pop3/checkpassword.ts parseClaim', run: bytes => parseClaim(raw(bytes)) },
  {
    name: 'core/pop3/passwd-line.ts parsePasswdLine',
    run: bytes => orRefused(() => parsePasswdLine(bytes, 'passwd')),
    frames: [alone, ['a:scrypt$1$', '::/m']],
  },
  { name: 'core/inject/ofmipd/client-lines.ts clientLines', run: bytes => smtpLines([raw(bytes)]) },
  { name: 'core/inject/ofmipd/client-lines.ts clientLines', run: bytes => smtpLines(trickle(bytes)), units: trickled },
  { name: 'core/local/rules/dot-qmail.ts parseDotQmail', run: parseDotQmail, frames: [alone, ['|', 'x']] },
  {
    name: 'core/local/into/mbox-quoting.ts quoteForMbox',
    run: bytes => drained(quoteForMbox([raw(bytes)])),
    frames: [alone, ['\n', 'From ']],
  },
  {
    name: 'core/local/forwarding/alias-addresses.ts readAliasEntries',
    run: bytes => orRefused(() => readAliasEntries(bytes, 'no includes')),
  },
  {
    name: 'core/local/forwarding/aliases-file.ts readAliases',
    run: bytes => orRefused(() => readAliases(bytes, hosts)),
    frames: [alone, ['a: ', '\n']],
  },
  {
    name: 'core/local/forwarding/forwarding-table.ts readForwardingTable',
    run: bytes => orRefused(() => readForwardingTable(bytes)),
    frames: [alone, ['a: ', ';']],
  },
  {
    name: 'core/local/forwarding/mailing-list-file.ts readListLines',
    run: bytes => orRefused(() => readListLines(bytes)),
  },
  {
    name: 'core/local/forwarding/mailing-list-file.ts decodeList',
    run: bytes => orRefused(() => decodeList(raw(bytes))),
  },
  {
    name: 'core/control/tcp-rules.ts parseTcpRules',
    run: bytes => orRefused(() => parseTcpRules(bytes)),
    frames: [alone, ['1.2.3.4:allow,A="', '"']],
  },
  {
    name: 'core/queue/bounce/bounce.ts bounceParagraph',
    run: bytes => bounceParagraph('a@b', bytes),
    frames: [alone, ['\n', 'x']],
  },
  {
    name: 'core/queue/bounce/delivery-status.ts recipientFields',
    run: bytes => recipientFields(bytes, { status: '5.1.1', answer: { code: 550, words: bytes, host: bytes } }),
    frames: [alone, ['<a@b>:\nsaid: 550 ', 'x'], ['<', '>:']],
  },
];
