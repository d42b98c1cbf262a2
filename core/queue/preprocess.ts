// From todo to channels (qmail-send's todo_do): S4 → S5 of the state table. May be repeated after a crash at any step.
import { closeSync, constants, openSync, readFileSync, rmSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { type Channel, classify } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import type { SyncDirectory } from '../lib/directory-sync.ts';
import { syncFile } from '../lib/file-sync.ts';
import { parseTodo } from './envelope-file.ts';
import type { QueueLayout, SplitKind } from './layout.ts';
import type { QueueLog } from './log-lines.ts';
import { formatRecipients } from './recipients.ts';

/** What preprocessing needs. */
export interface PreprocessDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly syncDirectory: SyncDirectory;
  readonly log: QueueLog;
}

/** A message that is ready for delivery. */
export interface Preprocessed {
  readonly id: number;
  readonly sizeBytes: number;
  /** Channels that have recipients; none: the message has nobody to go to and is finished. */
  readonly channels: readonly Channel[];
}

/** @throws when the disk fails; todo/N is then still there and a later scan tries again */
export async function preprocess(deps: PreprocessDeps, id: number): Promise<Preprocessed> {
  const { layout, log } = deps;
  const todo = parseTodo(readFileSync(layout.todo(id)));
  if (!todo) throw new Error(`unknown record type in ${layout.todo(id)}`);
  const sizeBytes = statSync(layout.mess(id)).size;
  for (const leftover of [layout.local(id), layout.remote(id), layout.info(id)]) rmSync(leftover, { force: true });

  log.newMessage(id);
  log.info(id, sizeBytes, todo.sender, todo.qp, todo.uid);
  const byChannel: Record<Channel, string[]> = { local: [], remote: [] };
  for (const recipient of todo.recipients) {
    const { channel, address } = classify(recipient, deps.control());
    byChannel[channel].push(address);
  }
  const channels = (['local', 'remote'] as const).filter(channel => byChannel[channel].length > 0);
  await Promise.all([
    publish(deps, 'info', id, Buffer.from(`F${todo.sender}\0`, 'latin1')),
    ...channels.map(channel => publish(deps, channel, id, formatRecipients(byChannel[channel]))),
  ]);
  // From here on info/N speaks for the message. intd goes first: todo without intd is S4, intd without todo looks unfinished.
  rmSync(layout.intd(id), { force: true });
  unlinkSync(layout.todo(id));
  return { id, sizeBytes, channels };
}

/** Writes a new file and makes both its bytes and its name durable. */
async function publish(deps: PreprocessDeps, kind: SplitKind, id: number, raw: Buffer): Promise<void> {
  const fd = openSync(deps.layout[kind](id), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    for (let at = 0; at < raw.length; ) at += writeSync(fd, raw, at);
    await Promise.all([syncFile(fd), deps.syncDirectory(deps.layout.dirOf(kind, id))]);
  } finally {
    closeSync(fd);
  }
}
