// Starts the processes of our own that keep strangers' mail, and the owner's files, away from the queue: here as children
// with this process's user; core/privsep starts the same commands as other users, by the same type.
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';

/**
 * `owner`: acts as the owner of the mail. It holds the Maildir, drafts and the owner's .qmail files.
 * `parser`: parses strangers' bytes. It opens no file and knows only what it is sent.
 */
export type Role = 'owner' | 'parser';

/** The descriptor of the stream to the parent process; all others are closed. */
export const streamFd = 3;

/** A process that was started. */
export interface HelperProcess {
  /** The other end of the child's descriptor 3. Its errors and its end need no handling: `ended` reports them. */
  readonly stream: Duplex;
  /** Ends it at once (SIGKILL). */
  kill(): void;
  /** Resolves when it has ended, with how, as a clause such as `it was killed by SIGKILL`. */
  readonly ended: Promise<string>;
}

/** Starts one. @throws UserError or Error of the operating system when it cannot be started */
export type StartProcess = (role: Role) => Promise<HelperProcess>;

/** A program with its arguments and its whole environment; it runs in `/`. */
export interface ProcessCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const longestComplaint = 2000;

/** Starts the processes as children of this one, as the same user. @param commandOf see process-commands.ts */
export function startDirectly(commandOf: (role: Role) => ProcessCommand): StartProcess {
  return role =>
    new Promise((resolve, reject) => {
      const { file, args, env } = commandOf(role);
      const child = spawn(file, args, {
        cwd: '/',
        env,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
      let complaint = '';
      child.stderr?.on('data', (piece: Buffer) => {
        complaint = (complaint + piece.toString('latin1')).slice(-longestComplaint);
      });
      child.once('error', reject);
      const stream = child.stdio[streamFd] as Duplex | null | undefined;
      // The process may be gone before it has read everything.
      stream?.on('error', () => {});
      const ended = new Promise<string>(tell => {
        child.once('close', (code, signal) => tell(wayOfEnding(code, signal, complaint)));
      });
      child.once('spawn', () => {
        if (stream) resolve({ stream, ended, kill: () => void child.kill('SIGKILL') });
      });
    });
}

/** How a process ended, as a clause. @param complaint the end of its standard error */
export function wayOfEnding(code: number | null, signal: string | null, complaint: string): string {
  const way = signal === null ? `it ended with exit code ${code}` : `it was killed by ${signal}`;
  const lines = complaint.split('\n').filter(line => /^\w*Error\b|^FATAL|^<--- /.test(line));
  const said = lines.at(-1) ?? complaint.trim().split('\n').at(-1) ?? '';
  return said === '' ? way : `${way} (${said.slice(0, 300)})`;
}

const partingMs = 1000;

/** Kills a process whose stream is closed, unless it ends by itself, which tells more about the reason. */
export function endSoon({ kill, ended }: HelperProcess): void {
  const timer = setTimeout(kill, partingMs);
  void ended.then(() => clearTimeout(timer));
}
