// $QMAILQUEUE: a program that gets messages instead of the queue, such as a virus scanner or a spam filter. It gets the message on
// fd 0 and the envelope on fd 1, usually ends by running qmail-queue itself, and its exit code decides (qmail.c's qmail_open);
// with code 82 its own text on fd 6 is the answer.
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import type { Accept, Accepted, Envelope } from '../../paper-path/shapes.ts';
import { checkEnvelope } from '../files/envelope-file.ts';
import { refusal } from '../qq-codes.ts';
import { SourceFailed, withSourceErrors } from './source-errors.ts';

const customText = 82;
const maxTextBytes = 255;

/** What running the program needs. */
export interface QueueProgramDeps {
  /** Path of the program. */
  readonly program: string;
  /** The environment it gets; `QMAILQUEUE` is removed, so that its own qmail-queue is the real one. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts programs that run longer. */
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 86_400_000;

/** An `accept` that hands every message to the program. Its promise rejects only with an error of the message source. */
export function createProgramAccept(deps: QueueProgramDeps): Accept {
  const { QMAILQUEUE: _, ...env } = deps.environment;
  return async (source, envelope) => {
    const code = checkEnvelope(envelope);
    if (code !== undefined) return refusal(code);
    const child = spawn(deps.program, [], {
      stdio: ['pipe', 'pipe', 'inherit', 'ignore', 'ignore', 'ignore', 'pipe'],
      env,
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), deps.timeoutMs ?? usualTimeoutMs);
    const ended = new Promise<Accepted>(resolve => {
      child.once('error', () => resolve(refusal(120)));
      child.once('close', exit => resolve(answerOf(exit, child.pid ?? 0, words)));
    }).finally(() => clearTimeout(timer));
    let words = '';
    const [, envelopeIn, , , , , wordsOut] = child.stdio as unknown as Socket[];
    wordsOut?.on('data', piece => {
      words = `${words}${piece.toString('latin1')}`.slice(0, maxTextBytes);
    });
    for (const stream of child.stdio) stream?.on('error', () => undefined); // The exit code says what went wrong.
    try {
      if (child.stdin) await pipeline(Readable.from(withSourceErrors(source)), child.stdin);
    } catch (error) {
      if (error instanceof SourceFailed) {
        envelopeIn?.destroy(); // An envelope without its end: the program must not queue anything.
        await ended;
        throw error.cause;
      }
    }
    envelopeIn?.end(formatEnvelope(envelope));
    return ended;
  };
}

/** `F<sender>\0T<recipient>\0…\0`, as qmail-queue reads it. */
function formatEnvelope({ sender, recipients }: Envelope): Buffer {
  return Buffer.from(`F${sender}\0${recipients.map(recipient => `T${recipient}\0`).join('')}\0`, 'latin1');
}

function answerOf(exit: number | null, pid: number, words: string): Accepted {
  if (exit === 0) return { ok: true, id: 0, qp: pid };
  if (exit === null) return { ...refusal(81), text: 'qq crashed (#4.3.0)' };
  if (exit !== customText || !/^[DZ]./.test(words)) return refusal(exit);
  return {
    ok: false,
    code: customText,
    permanent: words.startsWith('D'),
    text: trimEndOf(words.slice(1), '\r\n'),
  };
}
