// Asks a validating resolver on loopback, and says whether it vouches for the answer: Node does not show the AD bit (RFC 6840 section 5.7).
// Only a resolver on this machine is believed: on the way from another one anybody could set the bit.
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type Answer, AUTHENTIC_DATA, type DecodedPacket, decode, encode, RECURSION_DESIRED } from 'dns-packet';
import type { Clock } from '../../lib/clock.ts';
import { openDns } from '../../lib/net/dns.ts';
import { isLoopback } from '../../lib/net/network-of.ts';
import { lowerAscii } from '../../message/address.ts';

/** What can be asked for. */
export type SecureType = 'A' | 'AAAA' | 'MX' | 'TLSA';

/** `failed`: there was no answer, or it is bogus. */
export type SecureAnswer =
  | { readonly kind: 'answered'; readonly isSecure: boolean; readonly records: readonly Answer[] }
  | { readonly kind: 'failed' };

/** Never throws. */
export type AskSecurely = (name: string, type: SecureType) => Promise<SecureAnswer>;

const failed = { kind: 'failed' } as const;
const tryMs = 5000;
const tries = 2;
/** What fits into a packet everywhere (the DNS flag day of 2020). */
const udpBytes = 1232;
const largestBytes = 65_535;

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * @param servers control/resolvers; undefined: the system's
 * @returns undefined: not all of them are on this machine @throws UserError if a server is written in another way
 */
export function createAskSecurely(servers: readonly string[] | undefined, clock: Clock): AskSecurely | undefined {
  const places = openDns(servers, { timeout: tryMs, tries }).getServers().map(placeOf);
  if (places.length === 0 || !places.every(({ host }) => isLoopback(host))) return undefined;

  return async (name, type) => {
    for (let at = 0; at < tries; at++) {
      for (const place of places) {
        const packet = await exchange(place, name, type, clock).catch(() => undefined);
        const answer = packet && answerIn(packet);
        if (answer) return answer;
      }
    }
    return failed;
  };
}

/** `127.0.0.1`, `127.0.0.1:5353`, `::1`, `[::1]:5353`: as Node writes them. */
function placeOf(text: string): Place {
  if (isIPv6(text)) return { host: text, port: 53 };
  const [, inner, plain, port = '53'] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: inner ?? plain ?? '', port: Number(port) };
}

/** Undefined: the server could not say. One that does not even understand the question vouches for nothing. */
function answerIn({ flags = 0, flag_ad: isSecure, answers = [] }: DecodedPacket): SecureAnswer | undefined {
  const rcode = flags & 0xf;
  if (rcode === 1 || rcode === 4) return { kind: 'answered', isSecure: false, records: [] };
  return rcode === 0 || rcode === 3 ? { kind: 'answered', isSecure, records: answers } : undefined;
}

async function exchange(place: Place, name: string, type: SecureType, clock: Clock): Promise<DecodedPacket> {
  const id = randomInt(65_536);
  const query = encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED | AUTHENTIC_DATA,
    questions: [{ name, type }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: udpBytes,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
  /** Undefined: it does not answer this question. */
  function read(raw: Buffer): DecodedPacket | undefined {
    const packet = decode(raw);
    const [question] = packet.questions ?? [];
    const isOurs = packet.id === id && packet.flag_qr && question?.type === type;
    return isOurs && lowerAscii(question.name) === lowerAscii(name) ? packet : undefined;
  }
  const packet = await byUdp(place, query, read, clock);
  return packet.flag_tc ? byTcp(place, query, read, clock) : packet;
}

type Read = (raw: Buffer) => DecodedPacket | undefined;

function byUdp({ host, port }: Place, query: Buffer, read: Read, clock: Clock): Promise<DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const cancel = clock.after(tryMs, () => end(() => reject(new Error('no answer'))));
    let isOpen = true;
    function end(settle: () => void): void {
      if (!isOpen) return;
      isOpen = false;
      cancel();
      socket.close();
      settle();
    }
    socket.on('error', error => end(() => reject(error)));
    socket.on('message', raw => {
      const packet = attempt(read, raw);
      if (packet) end(() => resolve(packet));
    });
    // Only packets of this server arrive then.
    socket.connect(port, host, () => socket.send(query));
  });
}

function byTcp({ host, port }: Place, query: Buffer, read: Read, clock: Clock): Promise<DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const cancel = clock.after(tryMs, () => socket.destroy(new Error('no answer')));
    let raw = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('close', () => {
      cancel();
      reject(new Error('no answer'));
    });
    socket.on('data', piece => {
      raw = Buffer.concat([raw, piece]);
      const length = raw.length < 2 ? largestBytes : raw.readUInt16BE(0);
      if (raw.length < 2 + length) return;
      const packet = attempt(read, raw.subarray(2, 2 + length));
      if (packet) resolve(packet);
      socket.destroy();
    });
    socket.write(Buffer.concat([Buffer.from([query.length >> 8, query.length & 0xff]), query]));
  });
}

/** What cannot be decoded is no answer. */
function attempt(read: Read, raw: Buffer): DecodedPacket | undefined {
  try {
    return read(raw);
  } catch {
    return undefined;
  }
}
