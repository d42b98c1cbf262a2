// The transport of the web page: JSON frames over a WebSocket, opened again with growing pauses when it drops.
// `{id, method, request}` goes out; `{id, answer}` and `{notice}` come in.
import { signal } from '@preact/signals';
import type { Transport } from '../../core/api/client.ts';
import type { Answer, Notice } from '../../core/api/errors.ts';
import type { Timers } from '../models/timers.ts';
import type { Link, LinkState } from './link.ts';

/** The part of a WebSocket that is used, so that tests can stand in for it. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onclose' | 'onmessage'>;

export interface SocketDeps {
  readonly timers: Timers;
  open(): Socket;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;

/** Says that a call did not get an answer: the line to the host broke, or is not up. */
export class Unreachable extends Error {}

export function webSocketTransport({ timers, open }: SocketDeps): { transport: Transport; link: Link } {
  const state = signal<LinkState>({ kind: 'connecting' });
  const calls = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let receive: (notice: Notice | undefined) => void = () => {};
  let lastId = 0;
  let socket: Socket;
  let unsent: string[] = [];
  let pauseMs = firstPauseMs;
  let wasUp = false;
  let cancelRetry = () => {};

  function connect(): void {
    state.value = { kind: 'connecting' };
    socket = open();
    socket.onopen = () => {
      pauseMs = firstPauseMs;
      state.value = { kind: 'up' };
      for (const frame of unsent) socket.send(frame);
      unsent = [];
      if (wasUp) receive(undefined);
      wasUp = true;
    };
    socket.onmessage = event => take(JSON.parse(String(event.data)));
    socket.onclose = drop;
  }

  function take(frame: { id?: number; answer?: Answer; notice?: Notice }): void {
    if (frame.notice) receive(frame.notice);
    if (frame.id === undefined || !frame.answer) return;
    calls.get(frame.id)?.resolve(frame.answer);
    calls.delete(frame.id);
  }

  function drop(): void {
    unsent = [];
    for (const call of calls.values()) call.reject(new Unreachable('the line to the host broke'));
    calls.clear();
    state.value = { kind: 'down', retryAtMs: timers.nowMs() + pauseMs };
    cancelRetry = timers.later(connect, pauseMs);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }

  connect();

  return {
    transport: {
      send(method, request) {
        if (state.value.kind === 'down') return Promise.reject(new Unreachable('the host cannot be reached'));
        lastId += 1;
        const id = lastId;
        const frame = JSON.stringify({ id, method, request });
        if (state.value.kind === 'up') socket.send(frame);
        else unsent.push(frame);
        return new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
      },
      listen(listener) {
        receive = listener;
      },
    },
    link: {
      state,
      retryNow() {
        if (state.value.kind !== 'down') return;
        cancelRetry();
        connect();
      },
    },
  };
}
