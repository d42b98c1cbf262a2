// Standard input as the message of a program that queues one: input that cannot be a message does not count as an empty one.
import { fstatSync, readFileSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { errorCode } from '../../core/lib/user-error.ts';

/** Standard input cannot be a message; the text says why. */
export class NoMessage extends Error {}

/** The stream itself, or a stream that fails: when it is this process's standard input, and that is closed or a directory. */
export function messageInput(stdin: Readable): Readable {
  const why = stdin === process.stdin ? whyNoMessage(0) : undefined;
  if (why === undefined) return stdin;
  return new Readable({
    read() {
      this.destroy(new NoMessage(why));
    },
  });
}

function whyNoMessage(fd: number): string | undefined {
  const stat = fstatSync(fd);
  if (stat.isDirectory()) return 'standard input is a directory, not a message';
  if (stat.isCharacterDevice() && isOpenedByNode(fd)) return 'standard input is closed: there is no message';
  return undefined;
}

/** O_ACCMODE and its value O_RDWR, as fdinfo prints flags. */
const accessMode = 0o3;
const readWrite = 0o2;

/**
 * When a caller has closed a descriptor, Node opens /dev/null instead, for reading and writing. A caller that wants an empty
 * message opens it for reading.
 */
function isOpenedByNode(fd: number): boolean {
  try {
    const isNull = fstatSync(fd).rdev === statSync('/dev/null').rdev;
    const flags = Number.parseInt(
      /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '',
      8,
    );
    return isNull && (flags & accessMode) === readWrite;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false; // Not Linux: it cannot be known.
  }
}
