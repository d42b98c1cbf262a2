// The program that core/privsep/deliveries.ts starts with the uid of a user: one qmail-local run, then it exits.
import { fstatSync, readFileSync, statSync } from 'node:fs';
import { systemClock } from '../../lib/clock.ts';
import { createDirectorySync } from '../../lib/disk/directory-sync.ts';
import { openHostConnection } from '../../local/as-user/host-connection.ts';
import { messageFd, type UserDelivery } from '../../local/as-user/run-as-user.ts';
import { createSweep } from '../../local/into/torn-files.ts';
import { messageInFile } from '../../local/message/message.ts';
import { qmailLocal } from '../../local/qmail-local.ts';
import { createUniqueName } from '../../paper-path/maildir-names.ts';
import { builtinPrograms } from '../builtin-programs.ts';

const gone = new AbortController();
const parent = openHostConnection(endAll);
process.on('SIGTERM', endAll);
const { args, hostName, ownNames } = JSON.parse(readFileSync(0, 'utf8')) as UserDelivery;
const { deferOn, swept } = await parent.terms();
process.umask(0o077);
parent.tell({ kind: 'ready' });
let deferred = false;
const sweptNow = new Set(swept);
const { code, report } = await qmailLocal(args, {
  message: messageInFile(messageFd, fstatSync(messageFd).size),
  clock: systemClock,
  begin: parent.begin,
  gone: gone.signal,
  programs: builtinPrograms,
  isOurs: name => ownNames.includes(name),
  maildir: {
    uniqueName: createUniqueName({ clock: systemClock, hostName, pid: process.pid }),
    syncDirectory: createDirectorySync(),
    deferSync() {
      deferred = true;
    },
    canDefer: maildir => deferOn !== undefined && statSync(maildir, { throwIfNoEntry: false })?.dev === deferOn,
    sweep: swept && createSweep(sweptNow),
  },
  ...parent.newMessages,
});
if (code === 0 || code === 100 || code === 111) {
  parent.tell({ kind: 'exit', code, report, deferred, swept: [...sweptNow] });
}
parent.close();

/** Ends the programs that it runs too, in its own group or in theirs: their results could not be reported any more. */
function endAll(): void {
  gone.abort();
  process.kill(-process.pid, 'SIGKILL');
}
