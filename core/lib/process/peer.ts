// Questions and answers between two of our own processes, in both directions over one stream (frames.ts). Neither end trusts
// the other: the side that asked validates the answer.
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import { type Frame, framesOver, noBytes } from './frames.ts';
import { nextTurn } from './next-turn.ts';

/** The other process. */
export interface Peer {
  /**
   * Asks, and waits for the answer.
   * @throws PeerRefused when the other could not answer, PeerGone when it has ended
   */
  ask(name: string, words: unknown, bytes?: Uint8Array): Promise<Frame>;
  /** Sends something without an answer. Resolves when there is room for more. */
  tell(name: string, words: unknown, bytes?: Uint8Array): Promise<void>;
}

/** Answers a question, or takes what was told. What it throws to a question goes back as text. */
export type Answering = (name: string, asked: Frame) => Promise<Partial<Frame> | undefined>;

/** The other process could not do what it was asked; the message is that of its error. */
export class PeerRefused extends Error {}

/** The other process ended before it answered, or sent nonsense. */
class PeerGone extends Error {}

const Said = v.union([
  v.object({ ask: v.number(), name: v.string(), words: v.unknown() }),
  v.object({ tell: v.string(), words: v.unknown() }),
  v.object({ answer: v.number(), words: v.unknown() }),
  v.object({ refusal: v.number(), text: v.pipe(v.string(), v.maxLength(100_000)) }),
]);

export interface PeerOptions {
  /** Called once, when nothing more will be received. */
  readonly gone?: () => void;
  /** Each question is handled only after the one before was answered. */
  readonly inTurn?: boolean;
}

export function createPeer(stream: Duplex, answering: Answering, options: PeerOptions = {}): Peer {
  const asked = new Map<number, PromiseWithResolvers<Frame>>();
  let count = 0;
  let last: Promise<void> = Promise.resolve();
  let over = false;

  function end(): void {
    if (over) return;
    over = true;
    for (const { reject } of asked.values()) reject(new PeerGone('the other process is gone'));
    asked.clear();
    options.gone?.();
  }

  function hear(frame: Frame | undefined): void {
    const said = v.safeParse(Said, frame?.words);
    if (!frame || !said.success) {
      stream.destroy();
      end();
      return;
    }
    const { output } = said;
    if ('ask' in output) {
      const asked = { words: output.words, bytes: frame.bytes };
      // A turn later the answer has been written, unless it is very long.
      if (options.inTurn) last = last.then(() => answer(output.ask, output.name, asked)).then(nextTurn);
      else void answer(output.ask, output.name, asked);
    } else if ('tell' in output) answering(output.tell, { words: output.words, bytes: frame.bytes }).catch(() => {});
    else if ('answer' in output) settle(output.answer)?.resolve({ words: output.words, bytes: frame.bytes });
    else settle(output.refusal)?.reject(new PeerRefused(output.text));
  }

  function settle(id: number): PromiseWithResolvers<Frame> | undefined {
    const waiting = asked.get(id);
    asked.delete(id);
    return waiting;
  }

  async function answer(id: number, name: string, frame: Frame): Promise<void> {
    try {
      const { words = null, bytes = noBytes } = (await answering(name, frame)) ?? {};
      await frames.say({ answer: id, words }, bytes);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      await frames.say({ refusal: id, text: text.slice(0, 10_000) });
    }
  }

  const frames = framesOver(stream, hear);
  stream.once('close', end);
  stream.once('end', end);

  return {
    ask(name, words, bytes) {
      const waiting = Promise.withResolvers<Frame>();
      if (over) {
        waiting.reject(new PeerGone('the other process is gone'));
        return waiting.promise;
      }
      const id = ++count;
      asked.set(id, waiting);
      void frames.say({ ask: id, name, words }, bytes);
      return waiting.promise;
    },
    tell: (name, words, bytes) => frames.say({ tell: name, words }, bytes),
  };
}
