// The protocols that send a list of messages, each over any two-way stream, with the time limits of the serial programs.
import type { Duplex } from 'node:stream';
import { openChannelFor } from '../../conversation/channel.ts';
import { createReplyReader } from '../../conversation/smtp-reply.ts';
import type { Clock } from '../../lib/clock.ts';
import { createNetstringCollector } from '../../lib/net/netstring.ts';
import { sendListByQmtp } from './send-by-qmtp.ts';
import { type SmtpPeers, sendListBySmtp } from './send-by-smtp.ts';
import type { MessageList, ReportResult } from './send-list.ts';

const writeMs = 73_000;
const smtpReplyMs = 81_000;
/** A QMTP server answers when it has delivered a message, and all messages before it. */
const qmtpReplyMs = 3_600_000;
const longestQmtpReply = 64 * 1024;

/** Sends a list over a stream, and closes it. @throws SerialEnd when the conversation ended before the list did */
export type Converse = (stream: Duplex, list: MessageList, report: ReportResult) => Promise<void>;

/** By SMTP (serialsmtp). */
export function bySmtp(peers: SmtpPeers, clock: Clock): Converse {
  return (stream, list, report) => {
    const channel = openChannelFor(createReplyReader(), stream, clock, {
      timeoutMs: smtpReplyMs,
      writeTimeoutMs: writeMs,
      recorded: peers.recorded ?? false,
    });
    return sendListBySmtp(channel, peers, list, report);
  };
}

/** By QMTP (serialqmtp). */
export function byQmtp({ ip, recorded = false }: Omit<SmtpPeers, 'heloHost'>, clock: Clock): Converse {
  return (stream, list, report) => {
    const replies = createNetstringCollector(longestQmtpReply);
    const options = { timeoutMs: qmtpReplyMs, writeTimeoutMs: writeMs, recorded };
    return sendListByQmtp(openChannelFor(replies, stream, clock, options), { ip, recorded }, list, report);
  };
}
