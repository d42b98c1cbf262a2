// Sends a message to a QMQP server instead of a local queue (qmail-qmqpc). The servers in control/qmqpservers are tried in order until
// a connection succeeds; after that no other server is tried.
import { isIP } from 'node:net';
import { type Channel, createDial, type Dial, DialTimeout, openChannelFor } from '../conversation/channel.ts';
import type { Clock } from '../lib/clock.ts';
import { netstring } from '../lib/net/netstring.ts';
import type { Envelope, MessageSource } from '../paper-path/shapes.ts';

/** Exit codes of qmail-qmqpc. */
type QmqpCode = 0 | 31 | 54 | 55 | 71 | 72 | 73 | 74;

/** What the client needs. */
export interface QmqpDeps {
  readonly clock: Clock;
  /** Default: TCP. */
  readonly dial?: Dial;
}

/** A message and its size. */
export interface SizedMessage {
  readonly message: MessageSource;
  readonly sizeBytes: number;
}

const usualPort = 628;
const connectMs = 10_000;
const silenceMs = 60_000;
const codes: Readonly<Record<string, QmqpCode>> = { K: 0, Z: 71, D: 31 };

/**
 * @param servers lines of control/qmqpservers; lines without an address are ignored
 * @returns 0: a server accepted the message. 31: permanent refusal. 71: temporary refusal. 72, 73: no connection succeeded.
 * 74: the connection was lost, and the message may have been accepted. 54: the message cannot be read. 55: no server is named
 */
export async function sendByQmqp(
  servers: readonly string[],
  message: SizedMessage,
  envelope: Envelope,
  { clock, dial = createDial(clock) }: QmqpDeps,
): Promise<QmqpCode> {
  let last: QmqpCode = 55;
  for (const { ip, port } of servers.flatMap(parseServer)) {
    try {
      const socket = await dial(ip, port, connectMs);
      return await hand(
        openChannelFor(createVerdictReader(), socket, clock, { timeoutMs: silenceMs }),
        message,
        envelope,
      );
    } catch (error) {
      last = error instanceof DialTimeout ? 72 : 73;
    }
  }
  return last;
}

/** `1.2.3.4`, `1.2.3.4:port`, an IPv6 address, `[ip]:port`; nothing for anything else. */
function parseServer(line: string): { ip: string; port: number }[] {
  if (isIP(line) === 6) return [{ ip: line, port: usualPort }];
  const [, bracketed, plain, port = String(usualPort)] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?/.exec(line) ?? [];
  const ip = bracketed ?? plain ?? '';
  return isIP(ip) === 0 || Number(port) > 65_535 ? [] : [{ ip, port: Number(port) }];
}

/** After connecting: this server's verdict, or 74. */
async function hand(channel: Channel<string>, message: SizedMessage, envelope: Envelope): Promise<QmqpCode> {
  let broken = false;
  try {
    for await (const raw of wirePieces(message, envelope)) {
      if (await channel.write(raw)) continue;
      broken = true;
      break;
    }
  } catch {
    channel.close();
    return 54;
  }
  try {
    // A server that has closed the connection may have sent its verdict before.
    const verdict = broken ? channel.pending() : await channel.reply();
    return codes[verdict ?? ''] ?? 74;
  } catch {
    return 74;
  } finally {
    channel.close();
  }
}

/** The whole package. @throws if the message cannot be read or has another size */
async function* wirePieces({ message, sizeBytes }: SizedMessage, envelope: Envelope): AsyncGenerator<Uint8Array> {
  const before = Buffer.from(`${sizeBytes}:`);
  const addresses = [envelope.sender, ...envelope.recipients].map(netstring);
  const after = Buffer.concat([Buffer.from(','), ...addresses]);
  yield Buffer.from(`${before.length + sizeBytes + after.length}:${before}`);
  let left = sizeBytes;
  for await (const piece of message) {
    left -= piece.length;
    yield piece;
  }
  if (left !== 0) throw new Error('the message has changed its size');
  yield Buffer.concat([after, Buffer.from(',')]);
}

/** The first K, Z or D that a server sends; the length before it is skipped, as in qmail. */
function createVerdictReader() {
  let verdict: string | undefined;
  return {
    push(raw: Uint8Array): void {
      verdict ??= /[KZD]/.exec(Buffer.from(raw).toString('latin1'))?.[0];
    },
    take: () => verdict,
    waitingBytes: 0,
    isEmpty: true,
  };
}
