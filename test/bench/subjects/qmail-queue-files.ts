// A qmail queue as files: how many messages it has, and new ones in the state in which qmail-send leaves those that wait.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const split = 23;
const splitKinds = ['mess', 'info', 'local', 'remote'];
const flatKinds = ['intd', 'todo', 'bounce', 'pid'];

/** How many messages a queue holds. */
export function waitingMessages(home: string): number {
  return messageFiles(home).filter(path => path.startsWith('mess/')).length;
}

/** Names of all files that belong to messages, as `kind/N`. */
function messageFiles(home: string): string[] {
  const directories = [
    ...flatKinds,
    ...splitKinds.flatMap(kind => Array.from({ length: split }, (_, i) => join(kind, String(i)))),
  ];
  return directories.flatMap(directory =>
    readdirSync(join(home, 'queue', directory)).map(name => join(directory, name)),
  );
}

/** Removes all messages of a queue without a running host. */
export function emptyQueue(home: string): void {
  for (const path of messageFiles(home)) rmSync(join(home, 'queue', path));
}

/**
 * Adds messages that were tried once and are not due before tomorrow. No host may be running on the queue.
 * @param recipient of another host
 */
export function addWaiting(home: string, count: number, sender: string, recipient: string): void {
  const queue = join(home, 'queue');
  const dueAt = new Date(Date.now() + 86_400_000);
  const message = `Received: (qmail 1 invoked from network); 21 Nov 2026 09:14:23 -0000\nSubject: waiting\n\n${'X'.repeat(800)}\n`;
  for (const kind of splitKinds) {
    for (let i = 0; i < split; i++) mkdirSync(join(queue, kind, String(i)), { recursive: true });
  }
  for (let made = 0; made < count; made++) {
    const fresh = join(queue, 'pid', `bench.${made}`);
    writeFileSync(fresh, message, { mode: 0o644 });
    const id = statSync(fresh).ino;
    const at = (kind: string) => join(queue, kind, String(id % split), String(id));
    renameSync(fresh, at('mess'));
    writeFileSync(at('info'), `F${sender}\0`, { mode: 0o600 });
    writeFileSync(at('remote'), `T${recipient}\0`, { mode: 0o600 });
    utimesSync(at('remote'), dueAt, dueAt);
  }
}
