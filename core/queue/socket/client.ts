// Hands a message to the running host over run/queue.sock: for programs that may not write the queue.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createNetstringCollector, netstring } from '../../lib/net/netstring.ts';
import { errorCode } from '../../lib/user-error.ts';
import type { Accept, Accepted, MessageSource, Refused } from '../../paper-path/shapes.ts';
import { checkEnvelope } from '../files/envelope-file.ts';
import { refusal } from '../qq-codes.ts';
import {
  formatEnvelope,
  maxAnswerBytes,
  maxEnvelopeBytes,
  parseAnswer,
  pieceBytes,
  queueSocketPath,
} from './protocol.ts';

/** The host answers when the message is durable, and may have many others to accept first. */
const answerMs = 3_600_000;

/** An accept that asks the host. Its promise rejects only with an error of the message source. */
export function createSocketAccept(home: string): Accept {
  return async (source, envelope) => {
    const code = checkEnvelope(envelope);
    if (code !== undefined) return refusal(code);
    const raw = formatEnvelope(envelope);
    if (raw.length > maxEnvelopeBytes) return refusal(51);
    const socket = connect(queueSocketPath(home));
    try {
      await once(socket, 'connect');
    } catch (error) {
      socket.destroy();
      return unreachable(home, errorCode(error));
    }
    try {
      return await handOver(socket, source, raw);
    } finally {
      socket.destroy();
    }
  };
}

async function handOver(socket: Socket, source: MessageSource, rawEnvelope: Buffer): Promise<Accepted> {
  const answered = hearAnswer(socket);
  let isAnswered = false;
  void answered.finally(() => {
    isAnswered = true;
  });
  /** The host may answer early: it has no slot, or the message is too large. */
  const say = (raw: Uint8Array) =>
    Promise.race([new Promise<void>(resolve => socket.write(raw, () => resolve())), answered]);
  await say(netstring(rawEnvelope));
  for await (const piece of source) {
    for (let at = 0; at < piece.length && !isAnswered; at += pieceBytes)
      await say(netstring(piece.subarray(at, at + pieceBytes)));
    if (isAnswered) break;
  }
  if (!isAnswered) await say(netstring(''));
  return answered;
}

/** Never rejects: a connection that ends without an answer counts as a refusal. */
function hearAnswer(socket: Socket): Promise<Accepted> {
  const collector = createNetstringCollector(maxAnswerBytes);
  return new Promise(resolve => {
    socket.setTimeout(answerMs, () => resolve(refusal(52)));
    socket.on('data', piece => {
      try {
        collector.push(piece);
        const said = collector.take();
        if (said !== undefined) resolve(parseAnswer(said) ?? refusal(81));
      } catch {
        resolve(refusal(81));
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(refusal(74)));
  });
}

function unreachable(home: string, code: string | undefined): Refused {
  const who = `uid ${process.getuid?.() ?? 0}`;
  if (code === 'EACCES' || code === 'EPERM') {
    const text = `${home} is closed to ${who}: its owner can open it, see docs/security.md (#4.3.0)`;
    return { ...refusal(61), text };
  }
  const text = `no mail host is running on ${home}, and its queue is closed to ${who}: try again later (#4.3.0)`;
  return { ...refusal(56), text };
}
