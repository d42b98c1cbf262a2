// What a queue holds when the host starts (qmail-send's pqstart): every info file is a message with somebody to go to.
import { readdirSync, statSync } from 'node:fs';
import type { Channel } from '../control/classify.ts';
import { messageId, type QueueLayout } from './layout.ts';
import type { WaitingMessage } from './waiting.ts';

/** Messages that were preprocessed before; those still in todo are left to preprocessing, which does them again. */
export function* waitingOnDisk(layout: QueueLayout): Generator<WaitingMessage> {
  const inTodo = new Set(readdirSync(layout.todoDir));
  for (const directory of layout.dirs('info')) {
    for (const name of readdirSync(directory)) {
      const id = messageId(name);
      if (id !== undefined && !inTodo.has(name)) yield messageOnDisk(layout, id);
    }
  }
}

function messageOnDisk(layout: QueueLayout, id: number): WaitingMessage {
  const dues = new Map<Channel, number>();
  for (const channel of ['local', 'remote'] as const) {
    const stat = statSync(layout[channel](id), { throwIfNoEntry: false });
    if (stat) dues.set(channel, Math.floor(stat.mtimeMs / 1000));
  }
  return {
    id,
    bornSec: Math.floor(statSync(layout.info(id)).mtimeMs / 1000),
    sizeBytes: statSync(layout.mess(id), { throwIfNoEntry: false })?.size ?? 0,
    channels: dues,
  };
}
