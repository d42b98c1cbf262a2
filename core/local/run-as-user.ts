// Runs qmail-local as another user (qmail-lspawn's fork, setgid, setuid, exec): a fresh process with that uid and gid
// and no other groups. It inherits the open message, gets its arguments over IPC, and asks back for forwards, because
// it may neither read nor write the queue. What it says is checked: it belongs to the user.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Forward, LocalArgs, LocalExit } from './qmail-local.ts';

/** The file descriptor on which the child finds the message. */
export const childMessageFd = 4;

/** The one message from the parent before any answer to a forward. */
export interface ChildJob {
  readonly args: LocalArgs;
  readonly hostName: string;
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
  }),
]);
export type FromChild = v.InferOutput<typeof FromChild>;

/** A delivery and whom to run it as. */
export interface UserRun {
  readonly args: LocalArgs;
  readonly assignment: { readonly uid: number; readonly gid: number };
  readonly hostName: string;
  readonly messageFd: number;
  readonly forward: Forward;
  /** Path of the child's program; undefined: `as-user.ts` beside this file. */
  readonly entry: string | undefined;
}

/** Runs the delivery to its end. A child that dies without a result means: later. */
export function runAsUser(run: UserRun): Promise<LocalExit> {
  return new Promise((resolve, reject) => {
    const { uid, gid } = run.assignment;
    const child = fork(run.entry ?? fileURLToPath(new URL('./as-user.ts', import.meta.url)), [], {
      uid,
      gid,
      cwd: '/',
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', run.messageFd],
    });
    let complaint = '';
    let ready = false;
    let result: LocalExit | undefined;
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
      if (result) resolve({ code: result.code, report: result.report });
      else if (ready) resolve({ code: 'crashed', report: '' });
      else resolve({ code: 120, report: complaint });
    });
    child.send({ args: run.args, hostName: run.hostName } satisfies ChildJob);
  });
}

/** Nobody is left to hear it when the child has died meanwhile; its end says so. */
function answer(child: ChildProcess, forwarded: Forwarded): void {
  if (child.connected) child.send(forwarded, () => {});
}
