// Calls to the host that wait for their answers, and those that wait for a connection.
import type { Answer } from '../../core/api/errors.ts';

/** A call got no answer: the connection broke, or there is none. */
export class Unreachable extends Error {
  /** The host had received the call, and may have done it. */
  readonly maybeDone: boolean;

  constructor(why: string, maybeDone: boolean) {
    super(why);
    this.maybeDone = maybeDone;
  }
}

export interface PendingCalls {
  /** @param send undefined while there is no connection yet: the call waits for `sendAll` */
  add(method: string, request: unknown, send: ((frame: string) => void) | undefined): Promise<Answer>;
  /** There is a connection now. */
  sendAll(send: (frame: string) => void): void;
  answer(id: number, answer: Answer): void;
  /** Rejects all calls. */
  fail(why: string): void;
}

export function createPendingCalls(): PendingCalls {
  const calls = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let unsent: string[] = [];
  let lastId = 0;

  return {
    add(method, request, send) {
      lastId += 1;
      const id = lastId;
      const frame = JSON.stringify({ id, method, request });
      if (send) send(frame);
      else unsent.push(frame);
      return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    },
    sendAll(send) {
      const frames = unsent;
      unsent = [];
      for (const frame of frames) send(frame);
    },
    answer(id, answer) {
      calls.get(id)?.resolve(answer);
      calls.delete(id);
    },
    fail(why) {
      // While the connection is being made no call has been sent; while it is up all have.
      const maybeDone = unsent.length === 0;
      unsent = [];
      for (const call of calls.values()) call.reject(new Unreachable(why, maybeDone));
      calls.clear();
    },
  };
}
