// A local delivery in this process: on a person's host, which delivers everything as that person.
import { join } from 'node:path';
import { createDirectorySync } from '../lib/disk/directory-sync.ts';
import { addressFromText } from '../message/address.ts';
import { createUniqueName } from '../paper-path/maildir-names.ts';
import type { Outcome } from '../paper-path/outcome.ts';
import { deliveryLanes } from './delivery-lanes.ts';
import { ownProgramLinks } from './into/find-own-program.ts';
import type { MaildirDeps } from './into/maildir.ts';
import { createSweep, type SweptMaildirs } from './into/torn-files.ts';
import type { LocalDeliverDeps, LocalDelivery } from './local-delivery.ts';
import { outcomeOfExit } from './lspawn-report.ts';
import { createNewMessages, invokerOf } from './message/new-messages.ts';
import { basicVariables } from './program-environment.ts';
import { type LocalExit, qmailLocal } from './qmail-local.ts';
import { createRecipients } from './recipients.ts';

/** @param processUid effective uid; undefined where there are none @param swept undefined: no Maildir has torn files */
export function createDeliverHere(
  deps: LocalDeliverDeps,
  processUid: number | undefined,
  swept: SweptMaildirs | undefined,
): (delivery: LocalDelivery) => Promise<LocalExit | Outcome> {
  const { home, clock, hostName, programs, accept } = deps;
  const isOurs = ownProgramLinks(home);
  const programBasics = basicVariables(home, deps.environment);
  const defaultDeliveryPath = addressFromText(join(home, 'control', 'defaultdelivery'));
  const findRecipient = createRecipients({ home, processUid, findSystemUser: deps.findSystemUser });
  const maildir: MaildirDeps = {
    uniqueName: createUniqueName({ clock, hostName, pid: process.pid }),
    syncDirectory: createDirectorySync(),
    sweep: swept && createSweep(swept.of(processUid)),
  };

  return async ({ job, local, host, message, deferSync, forwarded }) => {
    const { adminAddress, defaultDelivery, programTimeoutSec } = deps.control();
    const recipient = findRecipient(local, adminAddress);
    if ('outcome' in recipient) return recipient.outcome;
    const { runsIn, found, systemMailTo } = recipient;
    const { assignment } = found;
    // Root itself delivers nothing.
    if (runsIn === 'own-process') return outcomeOfExit(113, '');
    const args = {
      ...assignment,
      defaultDelivery,
      systemMailTo,
      programTimeoutSec,
      local,
      host,
      sender: job.sender,
      defaultDeliveryPath,
      basicVariables: programBasics,
    };
    const begin = (lines: readonly string[]) =>
      job.begin?.({ lanes: deliveryLanes(args, assignment.uid, lines), programs: lines }) ?? true;
    const invoker = invokerOf(processUid ?? assignment.uid, assignment.user === 'alias');
    const newMessages = createNewMessages(accept, message, invoker, forwarded);
    return qmailLocal(args, {
      message,
      clock,
      programs,
      isOurs,
      maildir: { ...maildir, deferSync },
      begin,
      ...newMessages,
    });
  };
}
