// Runs qmail-local as another user (qmail-lspawn's fork, setgid, setuid, exec): a fresh process with that uid and gid
// and no other groups. It inherits the open message, gets its arguments over a pipe, and asks back for new messages,
// because it may neither read nor write the queue. What it says is checked: it belongs to the user.
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import type { Clock } from '../lib/clock.ts';
import type { Queued } from '../lib/own-program.ts';
import { reasonOf } from '../lib/user-error.ts';
import { createMadeMessage, MadeInPart, type MadeMessage } from './made-message.ts';
import type { Message } from './message.ts';
import type { NewMessages } from './new-messages.ts';
import type { LocalArgs, LocalExit } from './qmail-local.ts';
import { talkOver } from './talk.ts';

/** The file descriptors on which the child finds its pipe to the host, and the message. */
export const childTalkFd = 3;
export const childMessageFd = 4;

/** The first message from the parent. */
export interface ChildJob {
  readonly args: LocalArgs;
  readonly hostName: string;
  /** The programs of ours that lines may call: bin/ of the home may be closed to the user. */
  readonly ownNames: readonly string[];
  /** Maildir files are not fsynced; the child says which Maildirs it wrote to. */
  readonly defersSync: boolean;
  /** The user's Maildirs whose torn files were removed; undefined: nothing is torn. See torn-files.ts. */
  readonly swept: readonly string[] | undefined;
}

/**
 * What the child hears: whether it may begin, that the next piece of its message may come, or what became of its message or
 * forward.
 */
export type FromParent = 'go' | 'wait' | 'more' | Queued;

/** What is said of a program line, and of how many of them. */
export const mostProgramBytes = 1000;
export const mostPrograms = 100;

/** A child that has not asked to begin by then hangs. */
const beginMs = 120_000;

/** A piece of a message is at most this long. */
export const pieceBytes = 64 * 1024;

/** A byte string that can stand in an envelope. */
const Address = v.pipe(v.string(), v.regex(/^[\u0001-\u00ff]*$/));
const Envelope = v.object({ sender: Address, recipients: v.array(Address) });

const FromChild = v.variant('kind', [
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
    report: v.pipe(v.string(), v.maxLength(3000)),
    written: v.array(v.pipe(v.string(), v.startsWith('/'), v.maxLength(4096))),
    swept: v.array(v.pipe(v.string(), v.maxLength(40))),
  }),
]);
export type FromChild = v.InferOutput<typeof FromChild>;

/** A delivery and whom to run it as. */
export interface UserRun {
  readonly args: LocalArgs;
  readonly assignment: { readonly uid: number; readonly gid: number };
  readonly hostName: string;
  readonly clock: Clock;
  /** See `LocalDeps`. */
  readonly begin: (programs: readonly string[]) => boolean;
  readonly ownNames: readonly string[];
  readonly message: Pick<Message, 'fd'>;
  readonly newMessages: NewMessages;
  /** See `LocalDeliverDeps`. */
  readonly deferSync: ((maildir: string) => void) | undefined;
  /** The user's Maildirs that were swept, if they are to be; it grows. */
  readonly swept: Set<string> | undefined;
  /** Path of the child's program, as-user.ts. */
  readonly entry: string;
}

/** Runs the delivery to its end. A child that dies without a result means: later. */
export async function runAsUser(run: UserRun): Promise<LocalExit> {
  let messageFd: number;
  try {
    messageFd = run.message.fd();
  } catch (error) {
    return { code: 111, report: `Unable to read message: ${reasonOf(error)}. (#4.3.0)\n` };
  }
  const ended = await runChild(run, messageFd);
  if (!('written' in ended)) return ended;
  for (const maildir of ended.swept) run.swept?.add(maildir);
  try {
    for (const maildir of ended.written) run.deferSync?.(maildir);
  } catch (error) {
    return { code: 111, report: `Temporary error on maildir delivery. (#4.3.0)\n${reasonOf(error)}\n` };
  }
  return { code: ended.code, report: ended.report };
}

type ChildExit = Extract<FromChild, { kind: 'exit' }>;

function runChild(run: UserRun, messageFd: number): Promise<ChildExit | LocalExit> {
  return new Promise((resolve, reject) => {
    const { uid, gid } = run.assignment;
    const child = spawn(process.execPath, [run.entry], {
      uid,
      gid,
      cwd: '/',
      // Electron's program is Node then.
      env: { ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', messageFd],
    });
    let complaint = '';
    let ready = false;
    let begun = false;
    const cancelHurry = run.clock.after(beginMs, () => child.kill('SIGKILL'));
    let result: ChildExit | undefined;
    let making: MadeMessage | undefined;
    const answerWith = (queued: Promise<Queued>) =>
      queued.then(
        answered => answer(answered),
        error => {
          if (error instanceof MadeInPart) return answer({ ok: false, code: 54, permanent: false, text: '' });
          child.kill('SIGKILL');
          reject(error);
        },
      );
    child.stderr?.on('data', (piece: Buffer) => {
      complaint = (complaint + piece.toString('latin1')).slice(0, 2000);
    });
    child.on('error', error => resolve({ code: 120, report: `${error.message}\n` }));
    // It has none when it could not be started.
    const pipe = child.stdio[childTalkFd] as Duplex | null | undefined;
    const talk =
      pipe &&
      talkOver(pipe, raw => {
        const said = v.safeParse(FromChild, raw);
        if (!said.success || !hear(said.output)) child.kill('SIGKILL');
      });
    function answer(words: FromParent): void {
      talk?.say(words);
    }
    /** @returns false when that may not be said now */
    function hear(said: FromChild): boolean | undefined {
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
          answerWith(run.newMessages.forward(said.head, said.envelope));
          return true;
        case 'queue':
          making?.broken();
          making = createMadeMessage(() => answer('more'));
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
    child.on('close', () => {
      cancelHurry();
      making?.broken();
      if (result) resolve(result);
      else if (ready) resolve({ code: 'crashed', report: '' });
      else resolve({ code: 120, report: complaint });
    });
    const { args, hostName, ownNames, deferSync, swept } = run;
    talk?.say({ args, hostName, ownNames, defersSync: !!deferSync, swept: swept && [...swept] } satisfies ChildJob);
  });
}
