// Settling: a fresh message gets the files that qmail's format has for it. Their bytes are durable with the next
// checkpoint; until then the journal can rebuild them.
import { closeSync, rmSync, utimesSync, writeSync } from 'node:fs';
import type { QueueLayout } from '../files/layout.ts';
import { openOwned } from '../files/open-owned.ts';
import type { PendingRecipient } from '../files/recipients.ts';
import { ensureMessageFile, recordBytes } from './in-journal.ts';
import type { QueuedMessage } from './queued-messages.ts';

/**
 * Writes info/N and the channel files of those channels that still have somebody to go to; from then on the message is
 * no longer fresh. @returns false for one that was not: nothing was done
 * @throws when the disk refuses: it then stays fresh
 */
export function settle(layout: QueueLayout, message: QueuedMessage): boolean {
  const { id, bornSec, channels, fresh } = message;
  if (!fresh) return false;
  ensureMessageFile(layout, id, fresh);
  // info first: while it is there, what is missing of the others counts as done (takeover.ts).
  if (fresh.partlySettled)
    for (const path of [layout.info(id), layout.local(id), layout.remote(id)]) rmSync(path, { force: true });
  fresh.partlySettled = true;
  for (const [channel, dueSec] of channels) {
    const raw = formatRecipients(fresh.recipients[channel], fresh.done[channel]);
    writeFile(layout[channel](id), raw, dueSec === 'now' ? bornSec : dueSec);
  }
  writeFile(layout.info(id), formatInfo(fresh.sender), bornSec);
  message.fresh = undefined;
  return true;
}

/** The bytes of info/N. */
export function formatInfo(sender: string): Buffer {
  return Buffer.from(`F${sender}\0`, 'latin1');
}

const T = 0x54;
const D = 0x44;

/** A channel file's bytes. @param recipients all of them, with their offsets */
export function formatRecipients(recipients: readonly PendingRecipient[], done: ReadonlySet<number>): Buffer {
  const last = recipients.at(-1);
  const raw = Buffer.alloc(last ? last.offset + recordBytes(last.address) : 0);
  for (const { address, offset } of recipients) {
    raw[offset] = done.has(offset) ? D : T;
    raw.write(address, offset + 1, 'latin1');
  }
  return raw;
}

/** Replaces a file; its mtime means something: birth in info, the next attempt in local and remote. */
export function writeFile(path: string, raw: Uint8Array, mtimeSec: number): void {
  rmSync(path, { force: true });
  const fd = openOwned(path, 'wx', 0o600);
  try {
    for (let at = 0; at < raw.length; ) at += writeSync(fd, raw, at);
  } finally {
    closeSync(fd);
  }
  utimesSync(path, mtimeSec, mtimeSec);
}
