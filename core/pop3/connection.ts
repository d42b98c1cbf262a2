// One POP3 connection: lines in, answers out, one command at a time. A client that goes away without QUIT has
// changed nothing.
import type { Socket } from 'node:net';
import { type Answer, type Login, type PopSession, runCommand } from './commands.ts';

const maxLineBytes = 4096;

/** Serves a client until it says QUIT, leaves, or is silent for too long. Never throws for what the client does. */
export async function serveClient(socket: Socket, greeting: string, login: Login, idleMs: number): Promise<void> {
  const session: PopSession = { user: '', drop: undefined, last: 0 };
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  await send(socket, greeting);
  const lines = createLineSplitter();
  try {
    for await (const piece of socket.iterator({ destroyOnReturn: false })) {
      for (const line of lines.push(piece as Buffer)) {
        const step = line === undefined ? tooLong : await runCommand(session, line, login);
        await send(socket, step.answer);
        if (step.bye || socket.destroyed) return;
      }
    }
  } finally {
    // What was written still goes out; a client that reads nothing runs into the timeout.
    if (!socket.destroyed) socket.end();
  }
}

const tooLong = { answer: '-ERR syntax error', bye: false };

/** Cuts input into lines without their line ends, byte strings; undefined stands for one that is too long. */
function createLineSplitter(): { push(piece: Buffer): Generator<string | undefined> } {
  let held = '';
  let skipping = false;

  return {
    *push(piece) {
      let from = 0;
      for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
        const line = held + piece.toString('latin1', from, end);
        const bad = skipping || line.length > maxLineBytes;
        held = '';
        skipping = false;
        from = end + 1;
        yield bad ? undefined : line.replace(/\r$/, '');
      }
      if (!skipping) held += piece.toString('latin1', from);
      if (held.length <= maxLineBytes) return;
      held = '';
      skipping = true;
    },
  };
}

/** Writes an answer no faster than the client takes it. */
async function send(socket: Socket, answer: Answer): Promise<void> {
  if (typeof answer === 'string') {
    await write(socket, Buffer.from(`${answer}\r\n`, 'latin1'));
    return;
  }
  for await (const piece of answer) {
    if (socket.destroyed) return;
    await write(socket, piece);
  }
}

function write(socket: Socket, raw: Uint8Array): Promise<void> {
  if (socket.destroyed || socket.write(raw)) return Promise.resolve();
  return new Promise(resolve => {
    const go = (): void => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.on('drain', go);
    socket.on('close', go);
  });
}
