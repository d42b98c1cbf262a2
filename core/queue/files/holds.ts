// held/N: which recipients of message N are held. It is Waypost's own file beside qmail's format: for qmail's programs a held
// message is one that waits. Its records (beside.ts) are `*` for all recipients, or `local <address>` and `remote <address>`.
import { closeSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Channel } from '../../control/classify.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { publish } from '../../lib/disk/durable.ts';
import { syncFile } from '../../lib/disk/file-sync.ts';
import { openToRead } from '../../lib/disk/open-to-read.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { QueueLog } from '../queue-log.ts';
import { readBeside } from './beside.ts';
import { firstLine } from './first-line.ts';
import { messageNumber, type QueueLayout } from './layout.ts';

/** All recipients, or those with these keys. */
export type Held = 'all' | ReadonlySet<string>;

/** The key of a recipient of a message. */
export function recipientKey(channel: Channel, address: string): string {
  return `${channel} ${address}`;
}

/** True when a recipient is not to be tried. */
export function isHeld(held: Held | undefined, channel: Channel, address: string): boolean {
  return held !== undefined && (held === 'all' || held.has(recipientKey(channel, address)));
}

/**
 * Holds a message durably; mess/N is made durable with it, so that the message keeps its number after a crash.
 * @throws when the disk refuses: the hold is then as it was
 */
export async function writeHeld(
  layout: QueueLayout,
  syncDirectory: SyncDirectory,
  id: number,
  held: Held,
): Promise<void> {
  const fd = openToRead(layout.mess(id));
  try {
    await Promise.all([syncFile(fd), syncDirectory(layout.dirOf('mess', id)), syncDirectory(layout.root)]);
  } finally {
    closeSync(fd);
  }
  const lines = [firstLine(layout, id), ...(held === 'all' ? ['*'] : held)];
  await publish(layout.held(id), Buffer.from(lines.map(line => `${line}\0`).join(''), 'latin1'), 0o600);
}

/** Releases a message durably. @throws when the disk refuses */
export async function removeHeld(layout: QueueLayout, syncDirectory: SyncDirectory, id: number): Promise<void> {
  forgetHeld(layout, id);
  await syncDirectory(layout.heldDir);
}

/** The same without a sync: for a message that ends. */
export function forgetHeld(layout: QueueLayout, id: number): void {
  rmSync(layout.held(id), { force: true });
}

/** The holds on disk, by message number. Files whose message is gone are removed. */
export function readHolds(layout: QueueLayout, log: Pick<QueueLog, 'alert'>): Map<number, Held> {
  const holds = new Map<number, Held>();
  for (const name of readdirSync(layout.heldDir)) {
    const id = messageNumber(name);
    const held = id === undefined ? undefined : tryReadHeld(layout, id, log);
    if (id !== undefined && held) holds.set(id, held);
    else rmSync(join(layout.heldDir, name), { force: true });
  }
  return holds;
}

/** If the file cannot be read, the whole message is held. */
function tryReadHeld(layout: QueueLayout, id: number, log: Pick<QueueLog, 'alert'>): Held | undefined {
  try {
    return readHeld(layout, id);
  } catch (error) {
    log.alert(`unable to read ${layout.held(id)}: all of message ${id} is held: ${reasonOf(error)}`);
    return 'all';
  }
}

function readHeld(layout: QueueLayout, id: number): Held | undefined {
  const keys = readBeside(layout, id, layout.held(id));
  if (keys.length === 0) return undefined;
  return keys[0] === '*' ? 'all' : new Set(keys);
}
