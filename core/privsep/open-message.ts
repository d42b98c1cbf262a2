// Opens, for a delivery, a message of the queue and no other file of the machine. The host owns the queue and could put links
// into it, or names of other files, so the owner of the opened file decides.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { queueLayout } from '../queue/files/layout.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;

/**
 * @returns an open descriptor. @throws Error when there is no such message, or the file is not a message that the host has
 * written
 */
export function openQueued(home: string, id: number, hostUid: number): number {
  const path = queueLayout(home).mess(id);
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  const stat = fstatSync(fd);
  if (stat.isFile() && stat.uid === hostUid) return fd;
  closeSync(fd);
  throw new Error(`${path} is not a message file of the host's`);
}
