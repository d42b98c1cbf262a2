// The program that run-as-user.ts starts with another user's uid: one qmail-local run, then the end.
import { fstatSync } from 'node:fs';
import { systemClock } from '../lib/clock.ts';
import { createDirectorySync } from '../lib/directory-sync.ts';
import { createUniqueName } from './maildir-names.ts';
import { messageInFile } from './message.ts';
import { qmailLocal } from './qmail-local.ts';
import { type ChildJob, childMessageFd, type Forwarded, type FromChild } from './run-as-user.ts';
import { createSweep } from './torn-files.ts';

function tell(message: FromChild): void {
  process.send?.(message);
}

function nextMessage<T>(): Promise<T> {
  return new Promise(resolve => process.once('message', message => resolve(message as T)));
}

const { args, hostName, defersSync, swept } = await nextMessage<ChildJob>();
process.umask(0o077);
tell({ kind: 'ready' });
const written = new Set<string>();
const sweptNow = new Set(swept);
const { code, report } = await qmailLocal(args, {
  message: messageInFile(childMessageFd, fstatSync(childMessageFd).size),
  clock: systemClock,
  maildir: {
    uniqueName: createUniqueName({ clock: systemClock, hostName, pid: process.pid }),
    syncDirectory: createDirectorySync(),
    deferSync: defersSync ? maildir => written.add(maildir) : undefined,
    sweep: swept && createSweep(sweptNow),
  },
  forward: (head, envelope) => {
    const answer = nextMessage<Forwarded>();
    tell({ kind: 'forward', head, envelope: { ...envelope, recipients: [...envelope.recipients] } });
    return answer;
  },
});
if (code === 0 || code === 100 || code === 111) {
  tell({ kind: 'exit', code, report, written: [...written], swept: [...sweptNow] });
}
process.disconnect();
