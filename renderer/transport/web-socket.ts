// The transport of the web page: JSON frames over a WebSocket, opened again with growing pauses when it drops. Once the
// page is admitted it sends `{id, method, request}` and receives `{id, answer}` and `{notice}`.
import { signal } from '@preact/signals';
import type { Answer, Notice } from '../../core/api/errors.ts';
import type { Transport } from '../../core/api/transport/client.ts';
import { pageCloseCodes } from '../../core/api/transport/page-close-codes.ts';
import type { Timers } from '../models/timers.ts';
import type { Connection, ConnectionState, Refusal } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { createGreeter, type Greeter } from './greeter.ts';
import { createGrowingPause } from './growing-pause.ts';
import { createPendingCalls, Unreachable } from './pending-calls.ts';

/** The part of a WebSocket that is used, so that a test can replace it. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onclose' | 'onmessage'>;

export interface SocketDeps {
  readonly timers: Timers;
  readonly credentials: Credentials;
  open(): Socket;
}

export interface WebSocketConnection extends Connection {
  /** There is a new key for the next greeting. */
  enter(): void;
}

interface Frame {
  readonly id?: number;
  readonly answer?: Answer;
  readonly notice?: Notice;
}

export function webSocketTransport({ timers, credentials, open }: SocketDeps): {
  transport: Transport;
  connection: WebSocketConnection;
} {
  const state = signal<ConnectionState>({ kind: 'connecting' });
  const calls = createPendingCalls();
  let receive: (notice: Notice | undefined) => void = () => {};
  let socket: Socket | undefined;
  /** Notices may have been missed. */
  let missed = false;
  const retry = createGrowingPause(timers, connect);

  function connect(): void {
    const greeter = createGreeter(credentials);
    if (!greeter) {
      refused('none');
      return;
    }
    state.value = { kind: 'connecting' };
    const mine = open();
    socket = mine;
    mine.onopen = () => mine.send(greeter.first);
    mine.onmessage = greeted(mine, greeter);
    mine.onclose = event => {
      if (socket === mine) drop(event.code);
    };
  }

  function greeted(mine: Socket, greeter: Greeter): (event: MessageEvent) => void {
    async function next(data: unknown): Promise<void> {
      const frame = JSON.parse(String(data)) as Frame;
      if (socket !== mine) return;
      if (state.value.kind === 'up') return take(frame);
      const step = await greeter.next(frame);
      if (socket !== mine) return;
      if (step === 'up') up(mine);
      else if (step === 'stranger') mine.close();
      else mine.send(step.say);
    }
    return oneAfterTheOther(next, () => mine.close());
  }

  function up(mine: Socket): void {
    retry.reset();
    mine.onmessage = event => take(JSON.parse(String(event.data)));
    state.value = { kind: 'up' };
    calls.sendAll(frame => mine.send(frame));
    if (missed) receive(undefined);
    missed = false;
  }

  function take({ id, answer, notice }: Frame): void {
    if (notice) receive(notice);
    if (id !== undefined && answer) calls.answer(id, answer);
  }

  function drop(code: number): void {
    fail('the connection to the host broke');
    if (code === pageCloseCodes.key) credentials.dropKey();
    if (code === pageCloseCodes.session) refused('session');
    else if (code !== pageCloseCodes.key) connectLater();
    else if (credentials.session()) connect();
    else refused('key');
  }

  function connectLater(): void {
    state.value = { kind: 'down', retryAtMs: retry.begin() };
  }

  function refused(why: Refusal): void {
    socket = undefined;
    state.value = { kind: 'refused', why };
    fail('the host does not let this page in');
  }

  function fail(why: string): void {
    missed = true;
    calls.fail(why);
  }

  function connectNow(): void {
    retry.cancel();
    const old = socket;
    socket = undefined;
    old?.close();
    fail('the connection is made again');
    connect();
  }

  connect();

  return {
    transport: {
      send(method, request) {
        const { kind } = state.value;
        if (kind === 'down' || kind === 'refused') {
          missed = true;
          return Promise.reject(new Unreachable('the host cannot be reached', false));
        }
        return calls.add(method, request, kind === 'up' ? frame => socket?.send(frame) : undefined);
      },
      listen(listener) {
        receive = listener;
      },
    },
    connection: {
      state,
      retryNow() {
        if (state.value.kind === 'down') connectNow();
      },
      enter: connectNow,
    },
  };
}

/** Handles the host's frames in their order: some may come while an earlier one is being checked. */
function oneAfterTheOther(handle: (data: unknown) => Promise<void>, failed: () => void): (event: MessageEvent) => void {
  let before: Promise<void> = Promise.resolve();
  return event => {
    before = before.then(() => handle(event.data)).catch(failed);
  };
}
