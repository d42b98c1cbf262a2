// The C library, for the few system calls that Node lacks. It is loaded at the first call; where there is none (Windows), a
// call throws a UserError.
import { getSystemErrorMessage } from 'node:util';
import koffi from 'koffi';
import { UserError } from './user-error.ts';

/** Loads it at each call, which costs little; libcFunction keeps the functions. */
export function libc(): ReturnType<typeof koffi.load> {
  if (process.platform === 'win32') throw new UserError('This needs a POSIX system.', { exitCode: 111 });
  return koffi.load(null);
}

/** A function by its declaration in C, which is looked up at its first call. */
export function libcFunction<Args extends unknown[], Result>(declaration: string): (...args: Args) => Result {
  let loaded: ((...args: Args) => Result) | undefined;
  return (...args) => {
    loaded ??= libc().func(declaration) as (...args: Args) => Result;
    return loaded(...args);
  };
}

/** What the last call failed for, as an Error: `bind: address already in use`, or the reason alone. */
export function libcError(call?: string): Error {
  const reason = getSystemErrorMessage(-koffi.errno());
  return new Error(call === undefined ? reason : `${call}: ${reason}`);
}

/** Whether the last call failed with one of these errors, such as `EAGAIN`. */
export function failedWith(...codes: string[]): boolean {
  const code = koffi.errno();
  return codes.some(name => koffi.os.errno[name] === code);
}
