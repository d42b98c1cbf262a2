// The host's requests to its parent, for what only root can do. Each process that the parent starts gets one end of a pair of
// sockets, so that the parent does not see what is said over it.
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import * as v from 'valibot';
import { duplicate, socketPair } from '../lib/net/system-sockets.ts';
import type { StartProcess } from '../lib/process/start-process.ts';
import type { DeliverAsUser } from '../local/as-user/run-as-user.ts';
import type { MailboxProcess } from '../pop3/parent-authenticator.ts';
import type { Channel } from './channel.ts';
import { type Reply, Request, type RequestOf } from './requests.ts';

/** The parent of a host that root started. */
export interface RootProcess {
  readonly deliver: DeliverAsUser;
  readonly start: StartProcess;
  verify(name: string, password: string): Promise<boolean>;
  offersApop(): Promise<boolean>;
  /** @returns undefined: refused. `code`: how the program that serves the mailbox ended */
  mailbox(asked: Pick<RequestOf<'mailbox'>, 'claim' | 'stamp' | 'client'>): Promise<MailboxProcess | undefined>;
  /** Called when the parent is gone. */
  onGone(listener: () => void): void;
  /** Nothing more will be asked: this process may end. */
  close(): void;
}

type Unnumbered<One> = One extends Request ? Omit<One, 'call'> : never;
type Ended = Extract<Reply, { kind: 'ended' }>;

interface Pending {
  readonly tell: (reply: Reply) => void;
  readonly fail: (error: unknown) => void;
  readonly ended: (reply: Ended) => void;
  /** The parent is gone: nothing more will be known of this process. */
  readonly lost: () => void;
}

type Ways = Readonly<Record<string, Socket>>;

function bothWays(fd: number): { stream: Socket } {
  return { stream: new Socket({ fd }) };
}

/** When a program has ended, writing to it fails, but its last output can still be read. */
function eachWay(fd: number): { input: Socket; output: Socket } {
  const input = new Socket({ fd: duplicate(fd), readable: false, writable: true });
  return { input, output: new Socket({ fd, readable: true, writable: false }) };
}

export function connectToRootProcess(channel: Channel): RootProcess {
  const pending = new Map<number, Pending>();
  const gone = () => new Error('the root parent of this host is gone');
  let lastCall = 0;

  channel.onReply(reply => {
    const waits = pending.get(reply.call);
    if (reply.kind === 'ended') {
      pending.delete(reply.call);
      waits?.ended(reply);
      waits?.fail(new Error(reply.how));
    } else {
      if (reply.kind !== 'started') pending.delete(reply.call);
      if (reply.kind === 'problem') waits?.fail(new Error(reply.reason));
      else waits?.tell(reply);
    }
  });
  channel.onGone(() => {
    for (const [call, { fail, ended, lost }] of pending) {
      ended({ call, kind: 'ended', how: gone().message, code: null, said: '' });
      fail(gone());
      lost();
    }
    pending.clear();
  });

  /** @throws Error when it is not a request, or the parent reports a problem */
  function ask(
    request: Unnumbered<Request>,
    socket?: number,
    { ended, lost }: Pick<Pending, 'ended' | 'lost'> = { ended() {}, lost() {} },
  ): Promise<Reply> {
    const call = ++lastCall;
    const checked = v.safeParse(Request, { ...request, call });
    if (!checked.success) {
      if (socket !== undefined) closeSync(socket);
      return Promise.reject(new Error(`not a valid request: ${checked.issues[0].message}`));
    }
    return new Promise((tell, fail) => {
      pending.set(call, { tell, fail, ended, lost });
      channel.send(checked.output, socket, error => {
        if (error === undefined) return;
        pending.delete(call);
        fail(error);
      });
    });
  }

  /** Asks for a process and hands it one end of a new pair; `open` turns the other end into what is used here. */
  async function askForProcess<Way extends Ways>(request: Unnumbered<Request>, open: (fd: number) => Way) {
    const [ours, theirs] = socketPair();
    const way = open(ours);
    const close = () => {
      for (const stream of Object.values(way)) stream.destroy();
    };
    for (const stream of Object.values(way)) stream.on('error', () => {});
    let tellEnd: (reply: Ended) => void = () => {};
    const end = new Promise<Ended>(resolve => {
      tellEnd = resolve;
    });
    try {
      const reply = await ask(request, theirs, { ended: tellEnd, lost: close });
      if (reply.kind !== 'started') close();
      const { call } = reply;
      const kill = () => channel.send({ kind: 'kill', call }, undefined, () => {});
      const ended = end.then(({ how }) => how);
      return { reply, process: { ...way, kill, ended }, end };
    } catch (error) {
      close();
      throw error;
    }
  }

  async function yes(request: Unnumbered<Request>): Promise<boolean> {
    const reply = await ask(request);
    return reply.kind === 'answer' && reply.yes;
  }

  return {
    async deliver(asked) {
      const { reply, process: started } = await askForProcess({ kind: 'deliver', ...asked }, bothWays);
      if (reply.kind === 'outcome') return { outcome: reply.outcome };
      if (reply.kind !== 'started' || !reply.delivery) throw new Error('the root parent did not start the delivery');
      return { ...started, ...reply.delivery };
    },
    async start(role) {
      return (await askForProcess({ kind: 'start', role }, bothWays)).process;
    },
    verify: (name, password) => yes({ kind: 'verify', name, password }),
    offersApop: () => yes({ kind: 'offersApop' }),
    async mailbox(asked) {
      const { reply, process: started, end } = await askForProcess({ kind: 'mailbox', ...asked }, eachWay);
      return reply.kind === 'started' ? { ...started, ended: end } : undefined;
    },
    onGone: channel.onGone,
    close: channel.close,
  };
}
