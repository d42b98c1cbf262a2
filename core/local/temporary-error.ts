// qmail's error_temp: the errors of the operating system that may not occur at the next try.
import { errorCode } from '../lib/user-error.ts';

const temporary: ReadonlySet<string | undefined> = new Set([
  'EINTR',
  'ENOMEM',
  'ETXTBSY',
  'EIO',
  'ETIMEDOUT',
  'EWOULDBLOCK',
  'EAGAIN',
  'EDEADLK',
  'EBUSY',
  'ENFILE',
  'EMFILE',
  'ENOSPC',
  'EDQUOT',
  'ENETDOWN',
  'ENETUNREACH',
  'ENETRESET',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ESTALE',
  'ENOBUFS',
  'ENOLCK',
]);

/** True for a problem of the machine (disk, memory, network file system), false for a permanent answer such as ENOENT. */
export function isTemporaryError(error: unknown): boolean {
  return temporary.has(errorCode(error));
}
