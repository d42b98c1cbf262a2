// What the parent does for its host: one request at a time is checked and answered. Whatever is not a request ends the host,
// since no host of ours says such a thing.
import type { ChildProcess } from 'node:child_process';
import { Socket as DatagramSocket } from 'node:dgram';
import { Server, Socket } from 'node:net';
import * as v from 'valibot';
import { reasonOf } from '../lib/user-error.ts';
import type { StartDelivery } from './deliveries.ts';
import type { Mailboxes } from './mailboxes.ts';
import { type Reply, Request, type RequestOf } from './requests.ts';
import type { Started } from './started.ts';

interface AnsweringDeps {
  readonly started: Started;
  readonly reply: (reply: Reply) => void;
  /** The asker has said what none of ours says. */
  readonly malformed: (why: string) => void;
}

export interface AnswersDeps extends AnsweringDeps {
  readonly startDelivery: StartDelivery;
  readonly mailboxes: Mailboxes;
  /** Starts one of our own processes, with the socket as its stream. @throws Error when it has no user */
  readonly startOwn: (role: RequestOf<'start'>['role'], socket: Socket) => ChildProcess;
}

/** More than a host with all its limits turned up would have. */
const mostChildren = 2000;
const mostParsers = 50;

/** What a process is started for comes with the socket that it gets. */
const withSocket: ReadonlySet<string> = new Set(['deliver', 'start', 'mailbox'] satisfies Request['kind'][]);

/** @param handle what came with the message */
export type Hear = (message: unknown, handle: unknown) => void;

/** The answers for the host. */
export function createAnswers(deps: AnswersDeps): Hear {
  const { started, reply } = deps;

  async function answer(request: Request, socket: Socket | undefined): Promise<void> {
    const { call } = request;
    switch (request.kind) {
      case 'kill':
        return started.kill(call);
      case 'verify':
        return reply({ call, kind: 'answer', yes: await deps.mailboxes.verify(request.name, request.password) });
      case 'offersApop':
        return reply({ call, kind: 'answer', yes: await deps.mailboxes.offersApop() });
    }
    if (!socket || started.has(call))
      return deps.malformed(`${request.kind} without a socket, or a number that is in use`);
    if (started.size() >= mostChildren) throw new Error('too many processes are running');
    switch (request.kind) {
      case 'deliver': {
        const made = deps.startDelivery(request, socket);
        if ('child' in made) return follow(deps, call, made.child, socket, { uid: made.uid, alias: made.alias });
        socket.destroy();
        return reply({ call, kind: 'outcome', outcome: made.outcome });
      }
      case 'start':
        return follow(deps, call, deps.startOwn(request.role, socket), socket);
      case 'mailbox': {
        const child = await deps.mailboxes.open(request, socket);
        if (child) return follow(deps, call, child, socket);
        socket.destroy();
        return reply({ call, kind: 'answer', yes: false });
      }
    }
  }

  return hearing(deps, answer);
}

/** The answers for a process that may have parsers started, and end them. */
export function createParserAnswers(
  deps: AnsweringDeps & { readonly startParser: (socket: Socket) => ChildProcess },
): Hear {
  const { started } = deps;
  return hearing(deps, async (request, socket) => {
    const { kind, call } = request;
    if (kind === 'kill') return started.kill(call);
    if (kind !== 'start' || request.role !== 'parser' || !socket || started.has(call)) {
      socket?.destroy();
      return deps.malformed(`it may not ask for ${kind}`);
    }
    if (started.size() >= mostParsers) throw new Error('too many parsers are running');
    return follow(deps, call, deps.startParser(socket), socket);
  });
}

function hearing(deps: AnsweringDeps, answer: (request: Request, socket: Socket | undefined) => Promise<void>): Hear {
  return (message, handle) => {
    const socket = handle instanceof Socket ? handle : undefined;
    socket?.on('error', () => {});
    const checked = v.safeParse(Request, message);
    if (!checked.success) {
      drop(handle);
      return deps.malformed(checked.issues[0].message);
    }
    const { call, kind } = checked.output;
    if (withSocket.has(kind) ? !socket : handle !== undefined) {
      drop(handle);
      return deps.malformed(`${kind} ${socket ? 'with' : 'without'} a socket`);
    }
    answer(checked.output, socket).catch(error => {
      socket?.destroy();
      deps.reply({ call, kind: 'trouble', reason: reasonOf(error) });
    });
  };
}

/** Descriptors that came with what is no request may not pile up here. */
function drop(handle: unknown): void {
  if (handle instanceof Socket) handle.destroy();
  else if (handle instanceof Server || handle instanceof DatagramSocket) handle.close();
}

/** Tells of a process from its start to its end. */
function follow(
  { started, reply }: AnsweringDeps,
  call: number,
  child: ChildProcess,
  socket: Socket,
  delivery?: { readonly uid: number; readonly alias: boolean },
): void {
  started.add(
    call,
    child,
    () => {
      // The process has it now: nothing may be read from it here.
      socket.destroy();
      reply({ call, kind: 'started', ...(delivery && { delivery }) });
    },
    ending => {
      socket.destroy();
      reply({ call, kind: 'ended', ...ending });
    },
  );
}
