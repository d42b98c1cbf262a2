// A message in qmail's own files: info/N, local/N, remote/N and mess/N. It has no state of its own, so that one store serves
// all messages of a queue: a hundred thousand of them may wait.
import { rmSync, statSync, utimesSync } from 'node:fs';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { forgetDsn, readKept } from '../files/dsn-file.ts';
import { readSender } from '../files/info-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import { markInFile, openRecipients } from '../files/recipients.ts';
import type { MessageStore } from './message-store.ts';

export function storeInFiles(layout: QueueLayout): MessageStore {
  return {
    segment: undefined,
    raw: undefined,
    hasFile: true,
    sender: id => readSender(layout, id),
    dsn: id => readKept(layout, id),
    infoSec(id) {
      const info = statSync(layout.info(id), { throwIfNoEntry: false });
      return info && Math.floor(info.mtimeMs / 1000);
    },
    pending: (id, channel) => openRecipients(layout[channel](id)),
    channelBytes: (id, channel) => readWholeFile(layout[channel](id)),
    ensureFile: id => layout.mess(id),
    mark: (id, channel, offset) => markInFile(layout[channel](id), offset),
    setDue: (id, channel, dueSec) => utimesSync(layout[channel](id), dueSec, dueSec),
    removeChannel: (id, channel) => rmSync(layout[channel](id), { force: true }),
    remove(id) {
      // info goes first: a message file without info and todo belongs to no message, and the cleanup removes it.
      rmSync(layout.info(id), { force: true });
      rmSync(layout.mess(id), { force: true });
      forgetDsn(layout, id);
    },
  };
}
