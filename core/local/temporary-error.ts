// qmail's error_temp: which errors of the operating system may be gone at the next try.
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

/** True for trouble of the machine (disk, memory, network file system), false for a lasting answer such as ENOENT. */
export function isTemporaryError(error: unknown): boolean {
  return temporary.has(errorCode(error));
}
