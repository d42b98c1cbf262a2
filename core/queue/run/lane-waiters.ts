// Messages with recipients for whom there is no room in a lane (lanes.ts). One of which nobody was tried yet is closed again
// and costs no more than one that waits; others stay open, and as only so many can, the next ones wait as if deferred.

import type { WaitingMessage } from '../store/queued-messages.ts';
import type { Lanes } from './lanes.ts';
import type { Pass } from './pass.ts';

export interface WaitingLine {
  /** A pass that can go no further stands in line; `ended`: it was given up, and is finished. */
  stand(pass: Pass): 'ended' | undefined;
  /** Whom there is room for now: messages to be opened again, and passes that can go on. */
  call(): { readonly messages: readonly WaitingMessage[]; readonly passes: readonly Pass[] };
  /** A pass was opened for this message, or has ended: it stands in line no more. */
  leave(message: WaitingMessage): unknown;
}

const mostOpen = 200;

export function createWaitingLine(lanes: Lanes, closed: (pass: Pass) => void): WaitingLine {
  /** An open pass, or none: the message was closed again. */
  const standing = new Map<WaitingMessage, Pass | undefined>();
  let open = 0;

  function leave(message: WaitingMessage): Pass | undefined {
    const pass = standing.get(message);
    standing.delete(message);
    if (pass) open--;
    return pass;
  }

  return {
    stand(pass) {
      const { message } = pass;
      const wanted = pass.lanes;
      if (wanted.length === 0) return undefined;
      if (pass.abandon()) {
        closed(pass);
        standing.set(message, undefined);
      } else if (standing.get(message) === pass || open < mostOpen) {
        if (standing.get(message) !== pass) open++;
        standing.set(message, pass);
      } else {
        pass.giveUp();
        return pass.finished ? 'ended' : undefined;
      }
      for (const lane of wanted) lanes.wait(lane, message);
      return undefined;
    },
    call() {
      const messages: WaitingMessage[] = [];
      const passes: Pass[] = [];
      for (const message of lanes.call()) {
        if (!standing.has(message)) continue;
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
