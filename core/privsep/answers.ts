// Answers the requests of a child of root's parent, each checked first. Anything that is not a request ends the host, since
// our host never sends such a thing.
import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import * as v from 'valibot';
import { reasonOf } from '../lib/user-error.ts';
import type { Asker } from './channel.ts';
import type { StartDelivery } from './deliveries.ts';
import type { Mailboxes } from './mailboxes.ts';
import { Request, type RequestOf } from './requests.ts';
import type { RunningChildren } from './running-children.ts';

export interface AnsweringDeps extends Pick<Asker, 'reply' | 'takeSocket'> {
  readonly started: RunningChildren;
  /** The child has sent something that ours never sends. */
  readonly malformed: (why: string) => void;
}

export interface AnswersDeps extends AnsweringDeps {
  readonly startDelivery: StartDelivery;
  readonly mailboxes: Mailboxes;
  /** Starts one of our own processes, with the socket as its stream. @throws Error when it has no user */
  readonly startAsUser: (role: RequestOf<'start'>['role'], socket: number) => ChildProcess;
}

/** More than a host needs with all its limits at their highest. */
const mostOfHost = 2000;
const mostParsers = 50;

/** Requests for a process come with the socket that it gets. */
type Starting = RequestOf<'deliver' | 'start' | 'mailbox'>;
type Asking = Exclude<Request, Starting | RequestOf<'kill'>>;

interface Answers {
  /** How many requests and processes it may have at the same time. */
  readonly most: number;
  /** Answers a request that starts no process. */
  readonly tell: (request: Asking) => Promise<void>;
  /** Starts a process and hands it the socket. */
  readonly start: (request: Starting, socket: number) => Promise<void>;
}

export type Hear = (message: unknown) => void;

/** Answers the host. */
export function createAnswers(deps: AnswersDeps): Hear {
  const { reply, mailboxes } = deps;
  return hearing(deps, {
    most: mostOfHost,
    async tell(request) {
      const { call } = request;
      const yes =
        request.kind === 'verify'
          ? await mailboxes.verify(request.name, request.password)
          : await mailboxes.offersApop();
      reply({ call, kind: 'answer', yes });
    },
    async start(request, socket) {
      const { call } = request;
      switch (request.kind) {
        case 'deliver': {
          const made = deps.startDelivery(request, socket);
          if ('outcome' in made) return reply({ call, kind: 'outcome', outcome: made.outcome });
          return follow(deps, call, made.child, { uid: made.uid, alias: made.alias });
        }
        case 'start':
          return follow(deps, call, deps.startAsUser(request.role, socket));
        case 'mailbox': {
          const child = await mailboxes.open(request, socket);
          return child ? follow(deps, call, child) : reply({ call, kind: 'answer', yes: false });
        }
      }
    },
  });
}

/** Answers a process that may start and end parsers. */
export function createParserAnswers(
  deps: AnsweringDeps & { readonly startParser: (socket: number) => ChildProcess },
): Hear {
  const refuse = ({ kind }: Request) => deps.malformed(`it may not ask for ${kind}`);
  return hearing(deps, {
    most: mostParsers,
    tell: async request => refuse(request),
    async start(request, socket) {
      if (request.kind !== 'start' || request.role !== 'parser') return refuse(request);
      follow(deps, request.call, deps.startParser(socket));
    },
  });
}

function hearing({ started, malformed, reply, takeSocket }: AnsweringDeps, { most, tell, start }: Answers): Hear {
  /** The numbers of requests that are not answered yet. */
  const open = new Set<number>();

  return message => {
    const checked = v.safeParse(Request, message);
    if (!checked.success) return malformed(checked.issues[0].message);
    const request = checked.output;
    const { call, kind } = request;
    if (kind === 'kill') return started.kill(call);
    if (open.has(call) || started.has(call)) return malformed(`${kind} with a number that is in use`);
    const socket = isStarting(request) ? takeSocket() : undefined;
    if (isStarting(request) && socket === undefined) return malformed(`${kind} without a socket`);
    open.add(call);
    answer(request, socket)
      .catch(error => reply({ call, kind: 'problem', reason: reasonOf(error) }))
      .finally(() => {
        open.delete(call);
        // The process has it now: nothing may read from it here.
        if (socket !== undefined) closeSync(socket);
      });
  };

  async function answer(request: Asking | Starting, socket: number | undefined): Promise<void> {
    if (open.size + started.size() > most) throw new Error('too many requests at the same time');
    if (!isStarting(request)) return tell(request);
    if (socket !== undefined) return start(request, socket);
  }
}

function isStarting(request: Request): request is Starting {
  return request.kind === 'deliver' || request.kind === 'start' || request.kind === 'mailbox';
}

/** Reports a process from its start to its end. */
function follow(
  { started, reply }: AnsweringDeps,
  call: number,
  child: ChildProcess,
  delivery?: { readonly uid: number; readonly alias: boolean },
): void {
  started.add(
    call,
    { child, asked: delivery !== undefined },
    () => reply({ call, kind: 'started', ...(delivery && { delivery }) }),
    ending => reply({ call, kind: 'ended', ...ending }),
  );
}
