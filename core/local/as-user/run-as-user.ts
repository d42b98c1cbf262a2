// The host's side of a delivery that runs in a process of the recipient's user. Root's parent (core/privsep) starts the process with
// the open message and its arguments. The process sends new messages to the host, because it may not access the queue. Everything
// that it sends is validated, because the user controls it.
import * as v from 'valibot';
import type { Clock } from '../../lib/clock.ts';
import type { HelperProcess } from '../../lib/process/start-process.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Queued } from '../../paper-path/builtin-program.ts';
import type { Outcome } from '../../paper-path/outcome.ts';
import type { DeliveryJob } from '../../paper-path/shapes.ts';
import type { NewMessages } from '../message/new-messages.ts';
import { createStreamedMessage, StreamBroken, type StreamedMessage } from '../message/streamed-message.ts';
import { type LocalArgs, type LocalExit, mostForwards } from '../qmail-local.ts';
import { openJsonLines } from './json-lines.ts';

/** The process's file descriptors for the connection to the host, and for the message. */
export const hostFd = 3;
export const messageFd = 4;

/** What the process reads from standard input, from the parent that started it. */
export interface UserDelivery {
  readonly args: LocalArgs;
  readonly hostName: string;
  /** Our programs that lines may call; the user may not be able to read bin/ of the home. */
  readonly ownNames: readonly string[];
}

/** The first message from the host. */
export interface DeliveryTerms {
  /** Files on this device need no fsync, because the host syncs the file system. The delivery reports whether it relied on that. */
  readonly deferOn?: number | undefined;
  /** The user's Maildirs whose torn files were removed; undefined: there are none. See torn-files.ts. */
  readonly swept?: readonly string[] | undefined;
}

/**
 * What the host sends: whether the delivery may begin, a request for the next piece of a message, or the result of queueing a
 * message or a forward.
 */
export type FromHost = 'go' | 'wait' | 'more' | Queued;

/** How much of a program line is sent, and how many lines. */
export const mostProgramBytes = 1000;
export const mostPrograms = 100;

/** A process that has not asked to begin by then hangs. */
const beginMs = 120_000;
/** A background process may keep the stream open. The host waits no longer than this after the process has ended. */
const lingerMs = 1000;

/** A piece of a message is at most this long. */
export const pieceBytes = 64 * 1024;

/** No user has so many Maildirs. */
const mostSwept = 1000;

/** A byte string without NUL, as in an envelope or a report. */
const ByteString = v.pipe(v.string(), v.regex(/^[\u0001-\u00ff]*$/));
const Envelope = v.object({ sender: ByteString, recipients: v.pipe(v.array(ByteString), v.maxLength(mostForwards)) });

const FromDelivery = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({
    kind: v.literal('begin'),
    programs: v.pipe(v.array(v.pipe(v.string(), v.maxLength(mostProgramBytes))), v.maxLength(mostPrograms)),
  }),
  v.object({
    kind: v.literal('forward'),
    head: v.pipe(v.string(), v.maxLength(10_000)),
    envelope: Envelope,
  }),
  v.object({ kind: v.literal('queue'), envelope: Envelope }),
  v.object({ kind: v.literal('piece'), bytes: v.pipe(v.string(), v.maxLength(pieceBytes)) }),
  v.object({ kind: v.literal('end') }),
  v.object({ kind: v.literal('broken') }),
  v.object({
    kind: v.literal('exit'),
    code: v.picklist([0, 100, 111]),
    report: v.pipe(ByteString, v.maxLength(3000)),
    deferred: v.boolean(),
    swept: v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(mostSwept)),
  }),
]);
export type FromDelivery = v.InferOutput<typeof FromDelivery>;

/** A delivery that runs in a process of a user. */
export interface DeliveryProcess extends HelperProcess {
  readonly uid: number;
  /** The user is alias. */
  readonly alias: boolean;
}

/** Starts a delivery as its user, or returns its outcome if none is needed. @throws Error if it cannot be started now */
export type DeliverAsUser = (
  asked: Pick<DeliveryJob, 'id' | 'sender'> & { readonly local: string; readonly host: string },
) => Promise<DeliveryProcess | { readonly outcome: Outcome }>;

/** What the host does for such a delivery. */
export interface UserRun {
  readonly clock: Clock;
  /** See `LocalDeps`. */
  readonly begin: (programs: readonly string[]) => boolean;
  readonly newMessages: NewMessages;
  /** The device whose file system the host will sync, and a function that requests it; undefined: each file is fsynced. */
  readonly deferSync: { readonly device: number; readonly tell: () => void } | undefined;
  /** The user's Maildirs that were swept, if that is necessary; new ones are added. */
  readonly swept: Set<string> | undefined;
}

/** Follows the delivery to its end. If the process dies without a result, the message is deferred. */
export async function followUserRun(process: HelperProcess, run: UserRun): Promise<LocalExit> {
  const ended = await followToItsEnd(process, run);
  if (!('deferred' in ended)) return ended;
  for (const maildir of ended.swept) run.swept?.add(maildir);
  try {
    if (ended.deferred) run.deferSync?.tell();
  } catch (error) {
    return { code: 111, report: `Temporary error on maildir delivery. (#4.3.0)\n${reasonOf(error)}\n` };
  }
  return { code: ended.code, report: ended.report };
}

type DeliveryExit = Extract<FromDelivery, { kind: 'exit' }>;

function followToItsEnd(process: HelperProcess, run: UserRun): Promise<DeliveryExit | LocalExit> {
  return new Promise((resolve, reject) => {
    let ready = false;
    let begun = false;
    const cancelHurry = run.clock.after(beginMs, process.kill);
    let result: DeliveryExit | undefined;
    /** It sent what is not allowed; nothing more that it sends counts. */
    let broken = false;
    let making: StreamedMessage | undefined;
    /** The process waits for the reply to each message before it sends another. */
    let queueing = false;
    const answerWith = (queued: Promise<Queued>) => {
      queueing = true;
      const settled = queued.finally(() => {
        queueing = false;
      });
      settled.then(
        answered => answer(answered),
        error => {
          if (error instanceof StreamBroken) return answer({ ok: false, code: 54, permanent: false, text: '' });
          process.kill();
          reject(error);
        },
      );
    };
    const talk = openJsonLines(process.stream, raw => {
      if (broken) return;
      const said = v.safeParse(FromDelivery, raw);
      broken = !said.success || !hear(said.output);
      if (!broken) return;
      result = undefined;
      process.kill();
    });
    function answer(words: FromHost): void {
      talk.say(words);
    }
    /** @returns false if this message is not allowed now */
    function hear(said: FromDelivery): boolean | undefined {
      switch (said.kind) {
        case 'ready':
          ready = true;
          return true;
        case 'begin':
          if (begun) return false;
          begun = true;
          cancelHurry();
          answer(run.begin(said.programs) ? 'go' : 'wait');
          return true;
        case 'exit':
          result = said;
          return true;
        case 'forward':
          if (queueing) return false;
          answerWith(run.newMessages.forward(said.head, said.envelope));
          return true;
        case 'queue':
          if (queueing) return false;
          making = createStreamedMessage(() => answer('more'));
          answerWith(run.newMessages.queue(making.source, said.envelope));
          return true;
        case 'piece':
          return making?.piece(said.bytes);
        case 'end':
          return making?.end();
        case 'broken':
          return making?.broken();
      }
    }
    // The stream may still contain messages when the process has ended: read them first.
    const closed = new Promise<void>(tell => process.stream.once('close', tell));
    process.ended.then(() => {
      const cancel = run.clock.after(lingerMs, () => process.stream.destroy());
      closed.then(cancel);
    });
    Promise.all([process.ended, closed]).then(([how]) => {
      cancelHurry();
      making?.broken();
      if (result) resolve(result);
      else if (ready) resolve({ code: 'crashed', report: '' });
      else resolve({ code: 120, report: `${how}\n` });
    });
    talk.say({ deferOn: run.deferSync?.device, swept: run.swept && [...run.swept] } satisfies DeliveryTerms);
  });
}
