// The parent opens the message that a delivery is to read: one of the queue, and no other file of the machine. The queue is
// the host's, who could put links into it or other names of files there, so what counts is whose file it turns out to be.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { queueLayout } from '../queue/files/layout.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;

/** @returns an open descriptor. @throws Error when there is no such message, or the file is not a message of the host's */
export function openQueued(home: string, id: number, hostUid: number): number {
  const path = queueLayout(home).mess(id);
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  const stat = fstatSync(fd);
  if (stat.isFile() && stat.uid === hostUid) return fd;
  closeSync(fd);
  throw new Error(`${path} is not a message file of the host's`);
}
