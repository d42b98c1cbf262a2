// A local delivery in a process of the user whose mail it is: for a host that root started. Root's parent finds the user and
// starts the process (core/privsep); the host gives it the message and queues what it forwards.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../lib/user-error.ts';
import type { Outcome } from '../../paper-path/outcome.ts';
import { deliveryLanes, userLane } from '../delivery-lanes.ts';
import type { SweptMaildirs } from '../into/torn-files.ts';
import type { LocalDeliverDeps, LocalDelivery } from '../local-delivery.ts';
import { outcomeOfExit } from '../lspawn-report.ts';
import { createNewMessages, invokerOf } from '../message/new-messages.ts';
import type { LocalExit } from '../qmail-local.ts';
import { type DeliverAsUser, type DeliveryProcess, followUserRun } from './run-as-user.ts';

export function createDeliverAsUser(
  { home, clock, accept }: LocalDeliverDeps,
  asUser: DeliverAsUser,
  swept: SweptMaildirs | undefined,
): (delivery: LocalDelivery) => Promise<LocalExit | Outcome> {
  // Other users' Maildirs may be closed to this process, so it syncs the file system of the queue instead.
  const queueDir = join(home, 'queue');

  return async ({ job, local, host, message, deferSync, forwarded }) => {
    let started: DeliveryProcess | { readonly outcome: Outcome };
    try {
      void job.path; // The process reads the message's file, which this writes if the message is only in the journal.
      started = await asUser({ id: job.id, sender: job.sender, local, host });
    } catch (error) {
      return outcomeOfExit(120, `${reasonOf(error)}\n`);
    }
    if ('outcome' in started) return started.outcome;
    const { uid, alias } = started;
    // The user's rules are read in the user's process, which may take its time: so places are limited from here on.
    if (job.enter && !job.enter([userLane(uid)])) {
      started.kill();
      await started.ended;
      return outcomeOfExit(120, 'no room for this user now\n');
    }
    // Only root's parent knows the user's home: the same line in two homes of one user counts as one.
    const begin = (programs: readonly string[]) =>
      job.begin?.({ lanes: deliveryLanes({ homeDir: '' }, uid, programs), programs }) ?? true;
    return followUserRun(started, {
      clock,
      begin,
      newMessages: createNewMessages(accept, message, invokerOf(uid, alias), forwarded),
      deferSync: deferSync && { device: statSync(queueDir).dev, tell: () => deferSync(queueDir) },
      swept: swept?.of(uid),
    });
  };
}
