// A validating resolver on loopback that says what a test tells it to say, over UDP and TCP.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { type Answer, AUTHENTIC_DATA, decode, encode, TRUNCATED_RESPONSE } from 'dns-packet';

/** The reply to one question. */
export interface SecureReply {
  readonly answers?: readonly Answer[];
  /** The AD bit; default: set. */
  readonly isSecure?: boolean;
  /** Default: 0, no error. */
  readonly rcode?: number;
  /** By UDP it is cut off. */
  readonly isCut?: boolean;
  /** What is sent instead, before the reply. */
  readonly before?: (query: Buffer) => Buffer;
  readonly isSilent?: boolean;
}

/** By `name TYPE`; what is missing does not exist, and the resolver vouches for that. */
export type SecureZone = Readonly<Record<string, SecureReply>>;

export interface SecureDns {
  /** As control/resolvers has it. */
  readonly place: string;
  readonly asked: string[];
}

export async function startSecureDns(t: TestContext, zone: SecureZone): Promise<SecureDns> {
  const asked: string[] = [];
  function reply(query: Buffer, isUdp: boolean): Buffer[] {
    const { id, questions = [] } = decode(query);
    const [question] = questions;
    const key = `${question?.name.toLowerCase()} ${question?.type}`;
    asked.push(`${key}${isUdp ? '' : ' by TCP'}`);
    const { answers = [], isSecure = true, rcode, isCut, before, isSilent } = zone[key] ?? { rcode: 3 };
    if (isSilent) return [];
    const cut = isUdp && isCut ? TRUNCATED_RESPONSE : 0;
    const flags = (isSecure ? AUTHENTIC_DATA : 0) | cut | (rcode ?? 0);
    const packet = { type: 'response', id: id ?? 0, flags, questions, answers: cut ? [] : [...answers] } as const;
    return [...(before ? [before(query)] : []), encode(packet)];
  }
  const { socket, server } = await openBoth();
  t.after(() => {
    socket.close();
    server.close();
  });
  socket.on('message', (query, from) => {
    for (const raw of reply(query, true)) socket.send(raw, from.port, from.address);
  });
  server.on('connection', client => {
    client.on('error', () => client.destroy());
    client.once('data', raw => {
      for (const packet of reply(raw.subarray(2), false)) {
        client.write(Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 0xff]), packet]));
      }
    });
  });
  return { place: `127.0.0.1:${socket.address().port}`, asked };
}

/** A port that is free for UDP may be another test's for TCP. */
async function openBoth(): Promise<{ socket: Socket; server: ReturnType<typeof createServer> }> {
  for (let left = 20; ; left--) {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const server = createServer().listen(socket.address().port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return { socket, server };
    } catch (error) {
      socket.close();
      if (left === 0) throw error;
    }
  }
}

export const records = {
  mx: (name: string, exchange: string): Answer => ({ type: 'MX', name, data: { preference: 10, exchange } }),
  a: (name: string, data: string): Answer => ({ type: 'A', name, data }),
  cname: (name: string, data: string): Answer => ({ type: 'CNAME', name, data }),
  tlsa: (name: string, usage: number, selector: number, matchingType: number, hex: string): Answer => ({
    type: 'TLSA',
    name,
    data: { usage, selector, matchingType, certificate: Buffer.from(hex, 'hex') },
  }),
};
