// Local delivery: one recipient of one queued message, from address to outcome (qmail-lspawn).
import { createDirectorySync } from '../lib/disk/directory-sync.ts';
import { reasonOf } from '../lib/user-error.ts';
import { addressFromText, splitAddress } from '../message/address.ts';
import { createUniqueName } from '../paper-path/maildir-names.ts';
import { later, never, type Outcome } from '../paper-path/outcome.ts';
import type { Deliver, DeliveryJob } from '../paper-path/shapes.ts';
import { createDeliverAsUser } from './as-user/deliver-as-user.ts';
import { createDeliverHere } from './deliver-here.ts';
import { deliverToSpool } from './deliver-to-spool.ts';
import { createForwardedDsn } from './forwarded-dsn.ts';
import { createSweptMaildirs } from './into/torn-files.ts';
import type { LocalDeliverDeps } from './local-delivery.ts';
import { outcomeOfExit } from './lspawn-report.ts';
import { type Message, messageInMemory, openMessage } from './message/message.ts';

/** Builds the queue's `deliverLocal`. */
export function createLocalDeliver(deps: LocalDeliverDeps): Deliver {
  const processUid = 'processUid' in deps ? deps.processUid : process.geteuid?.();
  const swept = deps.sweepTorn ? createSweptMaildirs() : undefined;
  const run = deps.asUser ? createDeliverAsUser(deps, deps.asUser, swept) : createDeliverHere(deps, processUid, swept);
  const spoolDeps = {
    uniqueName: createUniqueName({ clock: deps.clock, hostName: deps.hostName, pid: process.pid }),
    syncDirectory: createDirectorySync(),
  };

  return async job => {
    const { local, host } = splitAddress(job.recipient);
    if (host === undefined) return never('Sorry, address must include host name. (#5.1.3)\n', '5.1.3');
    const message = messageOf(job);
    if ('kind' in message) return message;
    try {
      if (local === '') return outcomeOfExit(0, '');
      const spool = deps.spoolFor?.(job.recipient);
      if (spool) return await deliverToSpool(spool, job, message, { ...spoolDeps, nowMs: deps.clock.nowMs() });
      // Only a message whose bytes the queue keeps can be delivered again if the power fails before its files are durable.
      const deferSync = job.raw ? deps.deferSync : undefined;
      const forwarded = createForwardedDsn(job);
      const ended = await run({ job, local, host, message, deferSync, forwarded });
      const outcome = 'kind' in ended ? ended : outcomeOfExit(ended.code, ended.report);
      const { handedOn } = forwarded;
      return outcome.kind === 'done' && handedOn ? { ...outcome, handedOn } : outcome;
    } finally {
      message.close();
    }
  };
}

function messageOf(job: DeliveryJob): Message | Outcome {
  if (job.raw) return messageInMemory(job.raw, () => job.path);
  const { path } = job;
  try {
    return openMessage(path) ?? later('Sorry, message has wrong type. (#4.3.5)\n', '4.3.5');
  } catch (error) {
    return later(`qmail-spawn unable to open message. (#4.3.0)\n${addressFromText(path)}: ${reasonOf(error)}\n`);
  }
}
