// Errors that a person can do something about: shown as they are, without a stack. And the wording of system errors.
import { getSystemErrorMessage } from 'node:util';

export class UserError extends Error {
  /** The code programs return: 1 unless the program's manual says otherwise (100 permanent, 111 temporary). */
  readonly exitCode: number;

  /** @param message what happened, to which file or address, and what to do about it */
  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'UserError';
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The wording of an error of the operating system without Node's decoration: `no such file or directory`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  // Node words a failed start `spawn /bin/sh ENOENT`.
  const { syscall, errno } = error as { syscall?: string; errno?: number };
  if (syscall?.startsWith('spawn') && errno) return getSystemErrorMessage(errno);
  const start = `${code}: `;
  return error.message.startsWith(start) ? (error.message.slice(start.length).split(',', 1)[0] ?? '') : error.message;
}

/** `ENOENT`, `EACCES`, …; undefined for anything but an error of the operating system. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
