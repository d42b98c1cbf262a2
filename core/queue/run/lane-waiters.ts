// Messages with recipients that wait for a lane (lanes.ts). If no recipient was tried yet, the pass is closed again, and the message
// costs no more than one that waits; other passes stay open, and as only so many can, the next ones wait as if deferred.

import type { QueuedMessage } from '../store/queued-messages.ts';
import type { Lanes } from './lanes.ts';
import type { Pass } from './pass.ts';

export interface LaneWaiters {
  /** A pass has no recipient left but those that wait for a lane; `ended`: it was ended, and is finished. */
  wait(pass: Pass): 'ended' | undefined;
  /** Those that have room now: messages to be opened again, and passes that can go on. */
  call(): { readonly messages: readonly QueuedMessage[]; readonly passes: readonly Pass[] };
  /** A pass was opened for this message, or has ended: it does not wait any longer. */
  leave(message: QueuedMessage): unknown;
}

const mostOpen = 200;

export function createLaneWaiters(lanes: Lanes, closed: (pass: Pass) => void): LaneWaiters {
  /** An open pass, or none: the message was closed again. */
  const waiters = new Map<QueuedMessage, Pass | undefined>();
  let open = 0;

  function leave(message: QueuedMessage): Pass | undefined {
    const pass = waiters.get(message);
    waiters.delete(message);
    if (pass) open--;
    return pass;
  }

  return {
    wait(pass) {
      const { message } = pass;
      const wanted = pass.lanes;
      if (wanted.length === 0) return undefined;
      if (pass.abandon()) {
        closed(pass);
        waiters.set(message, undefined);
      } else if (waiters.get(message) === pass || open < mostOpen) {
        if (waiters.get(message) !== pass) open++;
        waiters.set(message, pass);
      } else {
        pass.giveUp();
        return pass.finished ? 'ended' : undefined;
      }
      for (const lane of wanted) lanes.wait(lane, message);
      return undefined;
    },
    call() {
      const messages: QueuedMessage[] = [];
      const passes: Pass[] = [];
      for (const message of lanes.call()) {
        if (!waiters.has(message)) continue;
        const pass = leave(message);
        if (!pass) messages.push(message);
        else {
          pass.retryPutBack();
          passes.push(pass);
        }
      }
      return { messages, passes };
    },
    leave,
  };
}
