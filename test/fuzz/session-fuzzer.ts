// Hostile sessions against a server: valid conversations, changed, cut and broken off, each made from a seed and its
// number alone, so that one that fails can be played again. A protocol is given by its conversations and by what its
// server may say; see smtp.test.ts for one.
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRandom, type Random } from './random.ts';

/** What is fuzzed. Texts are byte strings. */
export interface Protocol {
  /** Sessions as a friend would have them, piece by piece: commands with their line ends, or whatever else goes together. */
  readonly conversations: readonly (readonly string[])[];
  /** Bytes that mean something to the protocol, to be put where they do not belong. */
  readonly noise: readonly string[];
  /** What is wrong with all that a server said in a session; undefined: nothing. `cut`: its end may be missing. */
  complaintAbout(output: string, cut: boolean): string | undefined;
}

export interface FuzzOptions {
  readonly protocol: Protocol;
  readonly port: number;
  readonly seed: number;
  readonly sessions: number;
  /** Called after each session, with what the server said. */
  readonly onSession?: (output: string) => void;
  /** Resolves when the server has closed every connection: only then its memory is measured. */
  readonly settled?: () => Promise<unknown>;
  /** A session that takes longer hangs. */
  readonly patienceMs?: number;
}

/** One session as it goes over the wire. */
interface Session {
  /** Each is a write of its own. */
  readonly pieces: readonly Buffer[];
  /** At the end the client closes its side and listens, or drops the connection. */
  readonly end: 'close' | 'drop';
}

const atATime = 16;
/** Far more than any session takes: a server that has not closed by then hangs. */
const usualPatienceMs = 60_000;

/** As much of what was said as a person would read: the seed says the rest. */
const shownChars = 2000;
/** Caches and the compiler's work settle within this much; more is a leak. */
const settledBytes = 16 * 1024 * 1024;

/**
 * Plays the sessions, sixteen at a time.
 * @returns how many bytes of memory more are in use than after the first fifth of them
 * @throws Error that names seed and session when a server says what it must not, hangs, or does not give memory back
 */
export async function fuzzSessions(options: FuzzOptions): Promise<number> {
  let next = 0;
  const warmUp = Math.ceil(options.sessions / 5);
  await inParallel(() => (next < warmUp ? playNumber(options, next++) : undefined));
  await options.settled?.();
  const before = usedBytes();
  await inParallel(() => (next < options.sessions ? playNumber(options, next++) : undefined));
  await options.settled?.();
  const grown = usedBytes() - before;
  if (grown > settledBytes) {
    throw new Error(`seed ${options.seed}: ${options.sessions - warmUp} sessions left ${grown} bytes behind`);
  }
  return grown;
}

async function inParallel(start: () => Promise<void> | undefined): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let running = start(); running; running = start()) await running;
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

async function playNumber(options: FuzzOptions, number: number): Promise<void> {
  const { protocol, port, seed, onSession, patienceMs = usualPatienceMs } = options;
  const session = sessionOf(protocol, createRandom(seed, number));
  const wire = session.pieces.map(raw => raw.toString('latin1'));
  const played = await play(session, port, patienceMs);
  const complaint = played.hung ? 'the server hangs' : protocol.complaintAbout(played.output, played.cut);
  if (complaint) {
    const [asked, said] = [wire, played.output].map(words => JSON.stringify(words).slice(0, shownChars));
    throw new Error(`seed ${seed}, session ${number}, ${asked}: ${complaint}; the server said ${said}`);
  }
  onSession?.(played.output);
}

/** What the server said, whether some of it may have been lost on the way, and whether it never came to an end. */
interface Played {
  output: string;
  cut: boolean;
  hung: boolean;
}

async function play({ pieces, end }: Session, port: number, patienceMs: number): Promise<Played> {
  const played = { output: '', cut: end === 'drop', hung: false };
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('data', raw => {
    played.output += raw.toString('latin1');
  });
  // A server may close while it is spoken to; what it said last is then lost.
  socket.on('error', () => {
    played.cut = true;
  });
  const closed = new Promise(resolve => socket.once('close', resolve));
  const timer = setTimeout(() => {
    played.hung = true;
    socket.destroy();
  }, patienceMs);
  for (const piece of pieces) if (socket.writable) await written(socket, piece);
  if (end === 'drop') socket.resetAndDestroy();
  else socket.end();
  await closed;
  clearTimeout(timer);
  return played;
}

/** Written, and a turn later: the next piece is a packet of its own. */
function written(socket: Socket, piece: Buffer): Promise<void> {
  return new Promise(resolve => void socket.write(piece, () => setImmediate(resolve)));
}

function sessionOf(protocol: Protocol, random: Random): Session {
  const bent = [...random.pick(protocol.conversations)];
  for (let n = random.below(4); n > 0; n--) bendOrder(bent, protocol, random);
  let text = bent.join('');
  for (let n = random.below(4); n > 0; n--) text = bendBytes(text, protocol, random);
  return { pieces: cut(Buffer.from(text, 'latin1'), random), end: random.below(8) === 0 ? 'drop' : 'close' };
}

/** A piece is left out, said twice, moved, or taken from another conversation. */
function bendOrder(pieces: string[], { conversations }: Protocol, random: Random): void {
  const at = random.below(pieces.length + 1);
  const [taken = ''] = pieces.splice(at, random.below(2));
  const added = [taken, taken + taken, random.pick(random.pick(conversations)), ''];
  pieces.splice(random.below(pieces.length + 1), 0, random.pick(added));
}

/** Somewhere bytes are put in, changed, repeated, or lost. */
function bendBytes(text: string, { noise }: Protocol, random: Random): string {
  const at = random.below(text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (random.below(6)) {
    case 0:
      return before + random.pick(noise) + after;
    case 1:
      return before + String.fromCharCode(random.below(256)) + after.slice(1);
    case 2:
      return before + after.slice(random.below(10));
    case 3:
      return before + before.slice(-random.below(20)).repeat(random.below(5)) + after;
    case 4:
      return before + 'x'.repeat(random.below(3000)) + after;
    default:
      return random.below(3) === 0 ? before : before + random.pick(noise) + random.pick(noise) + after;
  }
}

/** All in one, or in packets of any size. */
function cut(raw: Buffer, random: Random): Buffer[] {
  const longest = random.pick([raw.length, raw.length, 200, 20, 3]) || 1;
  // Many tiny packets cost time and show nothing new.
  const pieces: Buffer[] = [];
  for (let at = 0; at < raw.length; ) {
    const length = pieces.length < 50 ? 1 + random.below(longest) : raw.length;
    pieces.push(raw.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function usedBytes(): number {
  // What the first collection finds in buffers is given back by another thread; the second waits for that.
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
