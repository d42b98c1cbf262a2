// One page's connection to the host: calls come in as `{id, method, request}`, answers go out as `{id, answer}` and notices
// as `{notice}`. A client that does not read, or does not send JSON, is disconnected: it asks again after it reconnects.
import type { WebSocket } from 'ws';
import type { Caller } from '../../core/api/transport/caller.ts';
import type { Dispatch } from '../../core/api/transport/dispatch.ts';
import { parseModestJson } from '../../core/lib/text/modest-json.ts';

/** Bytes that may wait for a client: two of the largest answers. */
const longestBacklogBytes = 128 * 1024 * 1024;
/** Calls that one client may have in progress. */
const mostCalls = 256;

/** RFC 6455 §7.4.1 */
const closeCode = { unsupported: 1003, policy: 1008, tooLarge: 1009, broken: 1011, tryLater: 1013 } as const;

/** Parsing a call holds up all other clients: only a draft with its attachments may be longer. */
const longestCall = 1024 * 1024;
const ofComposer = /^\{"id":\d{1,15},"method":"compose\.\w{1,20}"/;

/** A frame for all clients is formatted once, by the caller. */
export interface ApiSocket {
  send(frame: string): void;
}

/** Serves calls until the socket closes. */
export function serveApiSocket(
  socket: WebSocket,
  caller: Caller,
  dispatch: Dispatch,
  options: { longestBacklogBytes?: number } = {},
): ApiSocket {
  const limit = options.longestBacklogBytes ?? longestBacklogBytes;
  let calls = 0;

  function send(frame: string): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > limit) {
      socket.close(closeCode.tryLater, 'too far behind');
      socket.terminate();
      return;
    }
    socket.send(frame);
  }

  socket.on('message', async (data, isBinary) => {
    if (isBinary) return socket.close(closeCode.unsupported, 'text frames only');
    const text = String(data);
    if (text.length > longestCall && !ofComposer.test(text.slice(0, 100))) {
      return socket.close(closeCode.tooLarge, 'too large for this call');
    }
    const call = parseCall(text);
    if (!call) return socket.close(closeCode.policy, 'not a call');
    if (calls >= mostCalls) return socket.close(closeCode.policy, 'too many calls at once');
    calls += 1;
    try {
      const answer = await dispatch(caller, call.method, call.request);
      send(JSON.stringify({ id: call.id, answer }));
    } catch {
      // Whatever failed, the host continues, and the page asks again on a new connection.
      socket.close(closeCode.broken, 'the call failed');
    } finally {
      calls -= 1;
    }
  });
  // A broken frame ends the connection; 'close' follows.
  socket.on('error', () => {});
  return { send };
}

function parseCall(text: string): { id: number; method: unknown; request: unknown } | undefined {
  let frame: unknown;
  try {
    frame = parseModestJson(text);
  } catch {
    return undefined;
  }
  if (typeof frame !== 'object' || frame === null) return undefined;
  const { id, method, request } = frame as { id?: unknown; method?: unknown; request?: unknown };
  return typeof id === 'number' ? { id, method, request } : undefined;
}
