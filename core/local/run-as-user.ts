// Runs qmail-local as another user (qmail-lspawn's fork, setgid, setuid, exec): a fresh process with that uid and gid
// and no other groups. It inherits the open message, gets its arguments over IPC, and asks back for forwards, because
// it may neither read nor write the queue. What it says is checked: it belongs to the user.
import { type ChildProcess, fork } from 'node:child_process';
import { extname, join } from 'node:path';
import * as v from 'valibot';
import { reasonOf } from '../lib/user-error.ts';
import type { Message } from './message.ts';
import type { Forward, LocalArgs, LocalExit } from './qmail-local.ts';

/** The file descriptor on which the child finds the message. */
export const childMessageFd = 4;

/** The one message from the parent before any answer to a forward. */
export interface ChildJob {
  readonly args: LocalArgs;
  readonly hostName: string;
  /** Maildir files are not fsynced; the child says which Maildirs it wrote to. */
  readonly defersSync: boolean;
  /** The user's Maildirs whose torn files were removed; undefined: nothing is torn. See torn-files.ts. */
  readonly swept: readonly string[] | undefined;
}

/** What the child hears when it asked for a forward. */
export type Forwarded = Awaited<ReturnType<Forward>>;

/** A byte string that can stand in an envelope. */
const Address = v.pipe(v.string(), v.regex(/^[\u0001-\u00ff]*$/));

const FromChild = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({
    kind: v.literal('forward'),
    head: v.pipe(v.string(), v.maxLength(10_000)),
    envelope: v.object({ sender: Address, recipients: v.array(Address) }),
  }),
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
  readonly message: Pick<Message, 'fd'>;
  readonly forward: Forward;
  /** See `LocalDeliverDeps`. */
  readonly deferSync: ((maildir: string) => void) | undefined;
  /** The user's Maildirs that were swept, if they are to be; it grows. */
  readonly swept: Set<string> | undefined;
  /** Path of the child's program; undefined: the one beside this file. */
  readonly entry: string | undefined;
}

/** `as-user.ts` in the source tree; once bundled, `as-user.js` beside the program that has this file in it. */
const entryHere = join(import.meta.dirname, `as-user${extname(import.meta.filename)}`);

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
    const child = fork(run.entry ?? entryHere, [], {
      uid,
      gid,
      cwd: '/',
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', messageFd],
    });
    let complaint = '';
    let ready = false;
    let result: ChildExit | undefined;
    child.stderr?.on('data', (piece: Buffer) => {
      complaint = (complaint + piece.toString('latin1')).slice(0, 2000);
    });
    child.on('error', error => resolve({ code: 120, report: `${error.message}\n` }));
    child.on('message', raw => {
      const said = v.safeParse(FromChild, raw);
      if (!said.success) return void child.kill('SIGKILL');
      if (said.output.kind === 'ready') ready = true;
      if (said.output.kind === 'exit') result = said.output;
      if (said.output.kind === 'forward') {
        run.forward(said.output.head, said.output.envelope).then(
          forwarded => answer(child, forwarded),
          error => {
            child.kill('SIGKILL');
            reject(error);
          },
        );
      }
    });
    child.on('close', () => {
      if (result) resolve(result);
      else if (ready) resolve({ code: 'crashed', report: '' });
      else resolve({ code: 120, report: complaint });
    });
    const { args, hostName, deferSync, swept } = run;
    child.send({ args, hostName, defersSync: !!deferSync, swept: swept && [...swept] } satisfies ChildJob);
  });
}

/** Nobody is left to hear it when the child has died meanwhile; its end says so. */
function answer(child: ChildProcess, forwarded: Forwarded): void {
  if (child.connected) child.send(forwarded, () => {});
}
