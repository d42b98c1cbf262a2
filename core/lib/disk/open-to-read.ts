// Opens a file to read it, without waiting: at a fifo the whole process would wait until another one writes to it.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The caller closes it. A directory is opened too: reading it fails with the system's own words.
 * @throws errors of the file system; Error when it is neither a file nor an empty device as /dev/null is
 */
export function openToRead(path: string | Buffer): number {
  const fd = openSync(path, readFlags);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() && !stat.isDirectory() && !isEmptyDevice(stat, fd)) throw new Error(notAFile(stat));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Others, like /dev/zero, may never end. */
function isEmptyDevice(stat: Stats, fd: number): boolean {
  return stat.isCharacterDevice() && readSync(fd, Buffer.alloc(1), 0, 1, null) === 0;
}

function notAFile(stat: Stats): string {
  return `it is a ${stat.isFIFO() ? 'fifo' : 'device'}, not a file`;
}
