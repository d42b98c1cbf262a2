// Hands on descriptors that the caller opened for the program at the end of a chain (`7>&2` in a run script: a logging
// wrapper behind qmail-popup writes there). Node closes them in programs that it starts; qmail's programs do not.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Descriptors that a shell can name with one digit. */
const named = [3, 4, 5, 6, 7, 8, 9];
const F_SETFD = 2;
const FD_CLOEXEC = 1;

/** Call it before any file is opened. Only Linux lists the open descriptors; elsewhere nothing is done. */
export async function keepInheritedDescriptors(): Promise<void> {
  if (process.platform !== 'linux') return;
  const inherited = named.filter(isInherited);
  if (inherited.length === 0) return;
  for (const fd of inherited) await keepDescriptor(fd);
}

/** Lets a program that this process starts, or becomes, have the descriptor too. */
export async function keepDescriptor(fd: number): Promise<void> {
  await setFlags([fd], 0);
}

/**
 * Keeps all descriptors that the caller had open from programs that this process starts: programs of other users could read
 * what root's shell had open. Node closes only the first ones. Only Linux lists the open descriptors.
 */
export async function withholdDescriptors(): Promise<void> {
  if (process.platform !== 'linux') return;
  await setFlags(
    readdirSync('/proc/self/fd')
      .map(Number)
      .filter(fd => fd > 2),
    FD_CLOEXEC,
  );
}

async function setFlags(fds: readonly number[], flags: number): Promise<void> {
  // The C library is loaded only when it is needed.
  const { libc } = await import('../../core/lib/libc.ts');
  const fcntl = libc().func('int fcntl(int fd, int command, ...)');
  for (const fd of fds) fcntl(fd, F_SETFD, 'int', flags);
}

/** Whether a descriptor is the caller’s. Node itself has event queues, and pipes of which it holds both ends. */
export function isInherited(fd: number): boolean {
  const target = targetOf(fd);
  if (target === undefined || target.startsWith('anon_inode:')) return false;
  if (!target.startsWith('pipe:')) return true;
  const other = accessOf(fd) === 'read' ? 'write' : 'read';
  return !nodesDescriptors.some(each => targetOf(each) === target && accessOf(each) === other);
}

/** Where Node's first descriptors are, whatever else is open. */
const nodesDescriptors = Array.from({ length: 40 }, (_, at) => at + 3);

function targetOf(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

function accessOf(fd: number): 'read' | 'write' {
  const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & 3) === 0 ? 'read' : 'write';
}
