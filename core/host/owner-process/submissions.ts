// Messages that the owner's process submits: each piece is read only when the queue has taken the one before, because an
// attacker who controls that process may send anything.
import { PassThrough } from 'node:stream';
import * as v from 'valibot';
import type { Frame } from '../../lib/process/frames.ts';
import { write } from '../../lib/write.ts';
import type { Accept, Accepted, Envelope } from '../../paper-path/shapes.ts';
import { FromOwner, pieceBytes } from './protocol.ts';

interface Submission {
  readonly source: PassThrough;
  readonly accepted: Promise<Accepted>;
}

/** Of one process. */
export interface Submissions {
  /** Answers a request about the process's messages; undefined: the request is about something else. */
  answer(name: string, frame: Frame): Promise<Partial<Frame>> | undefined;
  /** The process has ended: unfinished messages are discarded, and nothing of them is queued. */
  gone(): void;
}

const most = 16;

/** @param accept the queue's, with the user who submits */
export function createSubmissions(
  accept: (source: PassThrough, envelope: Envelope) => ReturnType<Accept>,
): Submissions {
  const messages = new Map<number, Submission>();
  let count = 0;

  function begin(envelope: Envelope): number {
    if (messages.size >= most) throw new Error('too many messages are submitted at once');
    const source = new PassThrough({ highWaterMark: pieceBytes });
    const accepted = accept(source, envelope);
    // The queue may have answered without reading all: the rest is not needed.
    accepted.then(
      () => source.destroy(),
      () => source.destroy(),
    );
    source.on('error', () => {});
    messages.set(++count, { source, accepted });
    return count;
  }

  function find(words: unknown): [number, Submission] {
    const { message } = v.parse(FromOwner.message, words);
    const found = messages.get(message);
    if (!found) throw new Error(`there is no message ${message}`);
    return [message, found];
  }

  function breakOff({ source }: Submission): void {
    source.destroy(new Error('the message was not submitted completely'));
  }

  return {
    answer(name, { words, bytes }) {
      switch (name) {
        case 'begin':
          return Promise.resolve({ words: begin(v.parse(FromOwner.begin, words)) });
        case 'piece': {
          const [, { source }] = find(words);
          if (bytes.length > pieceBytes) throw new Error('the piece is too long');
          return write(source, bytes).then(() => ({}));
        }
        case 'end': {
          const [message, { source, accepted }] = find(words);
          source.end();
          return accepted.then(answer => ({ words: answer })).finally(() => messages.delete(message));
        }
        case 'broken': {
          const [message, it] = find(words);
          messages.delete(message);
          breakOff(it);
          return Promise.resolve({});
        }
      }
      return undefined;
    },
    gone() {
      for (const it of messages.values()) breakOff(it);
      messages.clear();
    },
  };
}
