// Local delivery: one recipient of one queued message, from address to outcome (qmail-lspawn).
import { join } from 'node:path';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import { createDirectorySync } from '../lib/directory-sync.ts';
import { later, never, type Outcome } from '../lib/outcome.ts';
import type { OwnPrograms } from '../lib/own-program.ts';
import type { Accept, Deliver, DeliveryJob, Invoker } from '../lib/paper-path.ts';
import { reasonOf } from '../lib/user-error.ts';
import { addressFromText, splitAddress } from '../message/address.ts';
import { basics } from './environment.ts';
import { lanesOf } from './lanes-of.ts';
import type { MaildirDeps } from './maildir.ts';
import { createUniqueName } from './maildir-names.ts';
import { type Message, messageInMemory, openMessage } from './message.ts';
import { createNewMessages } from './new-messages.ts';
import { ownLinks } from './programs/own-call.ts';
import { type LocalArgs, type LocalExit, qmailLocal } from './qmail-local.ts';
import { createRecipients } from './recipients.ts';
import { outcomeOfExit } from './report.ts';
import { runAsUser } from './run-as-user.ts';
import { createSweep, createSweptMaildirs } from './torn-files.ts';
import type { Assignment } from './users/assignment.ts';
import type { FindSystemUser } from './users/system-users.ts';

export interface LocalDeliverDeps {
  /** The Waypost home. */
  readonly home: string;
  readonly control: () => Control;
  readonly clock: Clock;
  /** Takes the messages that forward lines make. */
  readonly accept: Accept;
  /** This machine's name, for the names of Maildir files. */
  readonly hostName: string;
  /** The host's own environment, of which programs get PATH, TMPDIR, TZ and the language. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Takes over making Maildir deliveries durable: without it each is fsynced before it is done. Called with the Maildir
   * (absolute, as text) after the file is in new/ and before the delivery is done. Whoever gives it must deliver the
   * message again if the power fails before everything written into that directory is on the disk.
   */
  readonly deferSync?: ((maildir: string) => void) | undefined;
  /** The last stop was no clean one: the first delivery into each Maildir removes the torn files there. */
  readonly sweepTorn?: boolean;
  /** The programs of ours that .qmail lines call, which then run in this process. */
  readonly programs: OwnPrograms;
  /** The file of the program that node is to run when root delivers for another user (as-user.ts). */
  readonly asUserPath: string;
  /** Effective uid, where there is one; a test may say another. */
  readonly processUid?: number | undefined;
  /** The machine's accounts; a test may have others. */
  readonly findSystemUser?: FindSystemUser | undefined;
}

/** What a delivery gets from the queue. */
interface Work {
  readonly message: Message;
  readonly deferSync: LocalDeliverDeps['deferSync'];
  readonly begin: (programs: readonly string[]) => boolean;
}

/** Builds the queue's `deliverLocal`. */
export function createLocalDeliver(deps: LocalDeliverDeps): Deliver {
  const isOurs = ownLinks(deps.home);
  const programBasics = basics(deps.home, deps.environment);
  const defaultDeliveryPath = addressFromText(join(deps.home, 'control', 'defaultdelivery'));
  const processUid = 'processUid' in deps ? deps.processUid : process.geteuid?.();
  const findRecipient = createRecipients({ home: deps.home, processUid, findSystemUser: deps.findSystemUser });
  const sweptMaildirs = deps.sweepTorn ? createSweptMaildirs() : undefined;
  const maildir: MaildirDeps = {
    uniqueName: createUniqueName({ clock: deps.clock, hostName: deps.hostName, pid: process.pid }),
    syncDirectory: createDirectorySync(),
    sweep: sweptMaildirs && createSweep(sweptMaildirs.of(processUid)),
  };

  async function deliver(job: DeliveryJob): Promise<Outcome> {
    const { local, host } = splitAddress(job.recipient);
    if (host === undefined) return never('Sorry, address must include host name. (#5.1.3)\n');
    const message = messageOf(job);
    if ('kind' in message) return message;
    try {
      if (local === '') return outcomeOfExit(0, '');
      const recipient = findRecipient(local);
      if ('outcome' in recipient) return recipient.outcome;
      const { who, found } = recipient;
      // Only a message whose bytes the queue keeps can be written again if the power goes before the files are durable.
      const deferSync = job.raw ? deps.deferSync : undefined;
      const args = argsFor(found.assignment, local, host, job.sender);
      const begin = (programs: readonly string[]) =>
        job.begin?.({ lanes: lanesOf(who, args, found.assignment.uid, programs), programs }) ?? true;
      const ended = await run(who, found.assignment, args, { message, deferSync, begin });
      return outcomeOfExit(ended.code, ended.report);
    } finally {
      message.close();
    }
  }

  function argsFor(assignment: Assignment, local: string, host: string, sender: string): LocalArgs {
    const { defaultDelivery, programTimeoutSec } = deps.control();
    const basics = programBasics;
    return { ...assignment, local, host, sender, defaultDelivery, defaultDeliveryPath, basics, programTimeoutSec };
  }

  function run(
    who: 'this-process' | 'own-process',
    assignment: Assignment,
    args: LocalArgs,
    { message, deferSync, begin }: Work,
  ): Promise<LocalExit> {
    const uid = who === 'this-process' ? (processUid ?? assignment.uid) : assignment.uid;
    const invoker: Invoker = assignment.user === 'alias' ? { uid, as: 'alias' } : { uid };
    const newMessages = createNewMessages(deps.accept, message, invoker);
    const { clock, programs } = deps;
    if (who === 'this-process') {
      const files = { ...maildir, deferSync };
      return qmailLocal(args, { message, clock, programs, isOurs, maildir: files, begin, ...newMessages });
    }
    return runAsUser({
      args,
      clock,
      begin,
      assignment,
      hostName: deps.hostName,
      ownNames: Object.keys(deps.programs).filter(isOurs),
      message,
      newMessages,
      deferSync,
      swept: sweptMaildirs?.of(uid),
      entry: deps.asUserPath,
    });
  }

  return deliver;
}

function messageOf(job: DeliveryJob): Message | Outcome {
  if (job.raw) return messageInMemory(job.raw, () => job.path);
  const { path } = job;
  try {
    return openMessage(path) ?? later('Sorry, message has wrong type. (#4.3.5)\n');
  } catch (error) {
    return later(`qmail-spawn unable to open message. (#4.3.0)\n${addressFromText(path)}: ${reasonOf(error)}\n`);
  }
}
