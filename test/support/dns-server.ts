// A DNS server on a loopback port that answers from a table, over UDP and TCP, so that tests ask a real one.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { TestContext } from 'node:test';

/**
 * What is known of a name. A string is an error for every question: the name does not exist, no answer can be had, or none
 * comes. Text records are written as `"text"`, with their quotes.
 */
export type Zone = Readonly<
  Record<
    string,
    | 'NXDOMAIN'
    | 'SERVFAIL'
    | 'SILENCE'
    | {
        a?: string[];
        aaaa?: string[];
        mx?: [preference: number, host: string][];
        txt?: `"${string}"`[];
        /** Of a name in in-addr.arpa or ip6.arpa: `=` before the name. */
        ptr?: `=${string}`[];
        cname?: string;
        /** These questions alone have no answer. */
        broken?: readonly Kind[];
        /** And these are never answered. */
        silent?: readonly Kind[];
        /** What is known does not fit into UDP: there the answer is empty and says that it was cut off. */
        large?: boolean;
      }
  >
>;

type Kind = 'a' | 'aaaa' | 'mx';

const types = { 1: 'a', 12: 'ptr', 28: 'aaaa', 15: 'mx', 16: 'txt' } as const;
const rcodes = { NXDOMAIN: 3, SERVFAIL: 2 } as const;

/** Names that are not in the zone do not exist. @returns the server as control/resolvers names it */
export async function startDns(
  t: TestContext,
  zone: Zone,
  onQuestion?: (name: string, type: number) => void,
): Promise<string> {
  const { socket, server } = await openBoth();
  t.after(() => {
    socket.close();
    server.close();
  });
  socket.on('message', (query, from) => {
    const { name, end } = readName(query, 12);
    onQuestion?.(name, query.readUInt16BE(end));
    const answer = answerTo(zone, query, 'udp');
    if (answer) socket.send(answer, from.port, from.address);
  });
  server.on('connection', client => {
    client.on('error', () => client.destroy());
    // A question is two bytes of length and the same packet; none comes in pieces here, but several may come together.
    client.on('data', raw => {
      for (let at = 0; at < raw.length; at += 2 + raw.readUInt16BE(at)) {
        const answer = answerTo(zone, raw.subarray(at + 2, at + 2 + raw.readUInt16BE(at)), 'tcp');
        if (answer) client.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
      }
    });
  });
  return `127.0.0.1:${socket.address().port}`;
}

/** A port that is free for UDP may be another test's for TCP. */
async function openBoth(): Promise<{ socket: Socket; server: Server }> {
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

/** Undefined: it gets none. */
function answerTo(zone: Zone, query: Buffer, by: 'udp' | 'tcp'): Buffer | undefined {
  const { name, end } = readName(query, 12);
  const type = query.readUInt16BE(end);
  const { end: result, answers } = lookUp(zone, name, type);
  if (result === 'SILENCE') return undefined;
  const isCut = by === 'udp' && typeof result === 'object' && result.large === true;
  const sent = isCut ? [] : answers;
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8580 | (isCut ? truncated : 0) | (typeof result === 'string' ? rcodes[result] : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(sent.length, 6);
  return Buffer.concat([header, query.subarray(12, end + 4), ...sent]);
}

const truncated = 0x0200;

const cnameType = 5;

/** The records of a name, after those for its aliases. */
function lookUp(zone: Zone, name: string, type: number): { end: Zone[string]; answers: Buffer[] } {
  const known = zone[name.toLowerCase()] ?? 'NXDOMAIN';
  if (typeof known === 'string') return { end: known, answers: [] };
  if (known.cname !== undefined) {
    const { end, answers } = lookUp(zone, known.cname, type);
    return { end, answers: [resource(name, cnameType, encodeName(known.cname)), ...answers] };
  }
  const kind = types[type as keyof typeof types];
  if (known.silent?.some(each => each === kind)) return { end: 'SILENCE', answers: [] };
  if (known.broken?.some(each => each === kind)) return { end: 'SERVFAIL', answers: [] };
  const records = kind ? (known[kind] ?? []) : [];
  return { end: known, answers: records.map(record => resource(name, type, encode(record))) };
}

function resource(name: string, type: number, data: Buffer): Buffer {
  const head = Buffer.from([type >> 8, type & 255, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255]);
  return Buffer.concat([encodeName(name), head, data]);
}

function readName(packet: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = packet[at] as number; length > 0; length = packet[at] as number) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function encode(record: string | [number, string]): Buffer {
  if (typeof record !== 'string') {
    const [preference, host] = record;
    return Buffer.concat([Buffer.from([preference >> 8, preference & 255]), encodeName(host)]);
  }
  if (record.startsWith('=')) return encodeName(record.slice(1));
  if (record.startsWith('"')) {
    const text = Buffer.from(record.slice(1, -1), 'latin1');
    return Buffer.concat([Buffer.from([text.length]), text]);
  }
  if (!record.includes(':')) return Buffer.from(record.split('.').map(Number));
  // Tests write IPv6 addresses in full: eight groups.
  return Buffer.from(
    record.split(':').flatMap(group => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

function encodeName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.');
  return Buffer.concat([
    ...labels.map(label => Buffer.from([label.length, ...Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);
}
