// Turns a transport (which sends calls and delivers notices) into the typed Api.
import type { Api, EventName } from '../contract.ts';
import { type Answer, ApiError, type Notice } from '../errors.ts';

/** What IPC, WebSocket, Unix socket and tests each provide. */
export interface Transport {
  /** Resolves with the host's answer; rejects when the host cannot be reached. */
  send(method: string, request: unknown): Promise<Answer>;
  /** Delivers each notice in order. `undefined`: some may have been missed. */
  listen(receive: (notice: Notice | undefined) => void): void;
}

/** The Api over one transport. Notices with a gap in their numbers are reported through `onGap`. */
export function createClient(transport: Transport): Api {
  const listeners = new Map<string, Set<(data: never) => void>>();
  const gapListeners = new Set<() => void>();
  let lastSeq: number | undefined;

  transport.listen(notice => {
    const missed = notice === undefined || (lastSeq !== undefined && notice.seq !== lastSeq + 1);
    lastSeq = notice?.seq;
    if (missed) for (const listener of gapListeners) listener();
    if (notice) for (const listener of listeners.get(notice.event) ?? []) listener(notice.data as never);
  });

  return {
    async call(method, request) {
      const answer = await transport.send(method, request);
      if (!answer.ok) throw new ApiError(answer);
      return answer.value as never;
    },
    on(event: EventName, listener: (data: never) => void) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => set.delete(listener);
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
  };
}
