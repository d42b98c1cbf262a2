// dsn/N: what the sender of a message wants to be told (RFC 3461), if anything was said about it. It is Waypost's own file beside
// qmail's (beside.ts), with one record: a JSON object.
import { closeSync, mkdirSync, rmSync } from 'node:fs';
import * as v from 'valibot';
import type { Channel } from '../../control/classify.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { syncFile } from '../../lib/disk/file-sync.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { parseJson } from '../../lib/text/parse-json.ts';
import type { EnvelopeDsn, RecipientDsn } from '../../paper-path/dsn.ts';
import { readBeside } from './beside.ts';
import { firstLine } from './first-line.ts';
import type { QueueLayout } from './layout.ts';
import { openOwned } from './open-owned.ts';

const Recipient = v.object({ notify: v.optional(v.string()), orcpt: v.optional(v.string()) });
const ofMessage = {
  ret: v.optional(v.picklist(['FULL', 'HDRS'])),
  envid: v.optional(v.string()),
  everyone: v.optional(Recipient),
};
const ByOffset = v.record(v.string(), Recipient);
const Kept = v.object({ ...ofMessage, local: ByOffset, remote: ByOffset });
const Asked = v.object({ ...ofMessage, recipients: v.array(v.nullable(Recipient)) });

/** By the offsets that the recipients have in the channel files; those of whom nothing was said are not there. */
export type KeptDsn = v.InferOutput<typeof Kept>;

/** Of one recipient of a message in the queue. */
export function dsnOf(kept: KeptDsn | undefined, channel: Channel, offset: number): RecipientDsn | undefined {
  return kept?.[channel][offset] ?? kept?.everyone;
}

/** As one record of the journal, a byte string. */
export function formatKept(kept: KeptDsn): string {
  return JSON.stringify(kept);
}

/** @returns undefined for any other text */
export function parseKept(text: string): KeptDsn | undefined {
  return parseJson(Kept, text);
}

/** @returns undefined: nothing was said, or the file is of another message @throws when it is there and cannot be read */
export function readKept(layout: QueueLayout, id: number): KeptDsn | undefined {
  return parseKept(readText(layout, id));
}

/** For a message whose mess/N is there. @throws when the disk refuses */
export function writeKept(layout: QueueLayout, id: number, kept: KeptDsn): void {
  closeSync(create(layout, id, formatKept(kept), 0o600));
}

/** What a program that queued the message has said: its recipients are not sorted yet. @throws as `readKept` */
export function readAsked(layout: QueueLayout, id: number): EnvelopeDsn | undefined {
  const asked = parseJson(Asked, readText(layout, id));
  return asked && { ...asked, recipients: asked.recipients.map(one => one ?? undefined) };
}

/** Durable when it resolves. @throws when the disk refuses */
export async function writeAsked(
  layout: QueueLayout,
  syncDirectory: SyncDirectory,
  id: number,
  asked: EnvelopeDsn,
): Promise<void> {
  mkdirSync(layout.dsnDir, { recursive: true }); // No host of this version has run on the queue yet.
  const fd = create(layout, id, JSON.stringify(asked), 0o644);
  try {
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
  await syncDirectory(layout.dsnDir);
}

/** For a message that ends. */
export function forgetDsn(layout: QueueLayout, id: number): void {
  rmSync(layout.dsn(id), { force: true });
}

function readText(layout: QueueLayout, id: number): string {
  return readBeside(layout, id, layout.dsn(id))[0] ?? '';
}

/** @returns the open file */
function create(layout: QueueLayout, id: number, text: string, mode: number): number {
  rmSync(layout.dsn(id), { force: true }); // It may be of an earlier message, and of another user.
  const fd = openOwned(layout.dsn(id), 'wx', mode);
  try {
    writeAllSync(fd, Buffer.from(`${firstLine(layout, id)}\0${text}\0`, 'latin1'));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
