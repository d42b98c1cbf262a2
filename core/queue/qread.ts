// What qmail-qread and qmail-qstat say of a queue, read from its files alone.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { formatDate822 } from '../lib/date822.ts';
import { records } from './envelope-file.ts';
import { messageId, type QueueLayout, queueLayout } from './layout.ts';

/** qmail-qread's lines, as byte strings: a line per preprocessed message, then one per recipient. */
export function* listQueue(home: string): Generator<string> {
  const layout = queueLayout(home);
  for (const directory of layout.dirs('info')) {
    for (const name of readdirSync(directory)) {
      const id = messageId(name);
      if (id !== undefined) yield* listMessage(layout, id);
    }
  }
}

function* listMessage(layout: QueueLayout, id: number): Generator<string> {
  const info = statSync(layout.info(id), { throwIfNoEntry: false });
  const message = statSync(layout.mess(id), { throwIfNoEntry: false });
  if (!info || !message) return; // It was finished meanwhile.
  const sender = records(readFileSync(layout.info(id)))[0]?.slice(1) ?? '';
  const born = formatDate822(info.mtimeMs).replace(' -0000', ' GMT');
  const bouncing = statSync(layout.bounce(id), { throwIfNoEntry: false }) ? ' bouncing' : '';
  yield `${born}  #${id}  ${message.size}  <${sender}> ${bouncing}`;
  for (const channel of ['local', 'remote'] as const) {
    if (!statSync(layout[channel](id), { throwIfNoEntry: false })) continue;
    for (const record of records(readFileSync(layout[channel](id)))) {
      yield `${record[0] === 'D' ? '  done' : ''}\t${channel}\t${record.slice(1)}`;
    }
  }
}

/** qmail-qstat's two numbers. */
export function countQueue(home: string): { messages: number; unprocessed: number } {
  const layout = queueLayout(home);
  const count = (directory: string) => readdirSync(directory).filter(name => messageId(name) !== undefined).length;
  return {
    messages: layout.dirs('mess').reduce((sum, directory) => sum + count(directory), 0),
    unprocessed: count(layout.todoDir),
  };
}
