// Local delivery: one recipient of one queued message, from address to outcome (qmail-lspawn).
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import { createDirectorySync } from '../lib/disk/directory-sync.ts';
import { reasonOf } from '../lib/user-error.ts';
import { addressFromText, splitAddress } from '../message/address.ts';
import { later, never, type Outcome } from '../paper-path/outcome.ts';
import type { OwnPrograms } from '../paper-path/own-program.ts';
import type { Accept, Deliver, DeliveryJob, Invoker } from '../paper-path/shapes.ts';
import { type DeliverAsUser, type DeliveryProcess, followUserRun } from './as-user/run-as-user.ts';
import { deliveryLanes } from './delivery-lanes.ts';
import { ownProgramLinks } from './into/find-own-program.ts';
import type { MaildirDeps } from './into/maildir.ts';
import { createUniqueName } from './into/maildir-names.ts';
import { createSweep, createSweptMaildirs } from './into/torn-files.ts';
import { outcomeOfExit } from './lspawn-report.ts';
import { type Message, messageInMemory, openMessage } from './message/message.ts';
import { createNewMessages } from './message/new-messages.ts';
import { basicVariables } from './program-environment.ts';
import { type LocalExit, qmailLocal } from './qmail-local.ts';
import { createRecipients } from './recipients.ts';
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
  /** For a host that root started: the parent that finds out whose the mail is, and delivers as that user. */
  readonly asUser?: DeliverAsUser | undefined;
  /** Effective uid, where there is one; a test may say another. */
  readonly processUid?: number | undefined;
  /** The machine's accounts; a test may have others. */
  readonly findSystemUser?: FindSystemUser | undefined;
}

/** What a delivery gets from the queue. */
interface Work {
  readonly message: Message;
  readonly deferSync: LocalDeliverDeps['deferSync'];
}

/** Builds the queue's `deliverLocal`. */
export function createLocalDeliver(deps: LocalDeliverDeps): Deliver {
  const isOurs = ownProgramLinks(deps.home);
  const programBasics = basicVariables(deps.home, deps.environment);
  const defaultDeliveryPath = addressFromText(join(deps.home, 'control', 'defaultdelivery'));
  // What other users' Maildirs lie on may be closed to this process; what the queue lies on it can sync.
  const queueDir = join(deps.home, 'queue');
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
    if (host === undefined) return never('Sorry, address must include host name. (#5.1.3)\n', '5.1.3');
    const message = messageOf(job);
    if ('kind' in message) return message;
    try {
      if (local === '') return outcomeOfExit(0, '');
      // Only a message whose bytes the queue keeps can be written again if the power goes before the files are durable.
      const deferSync = job.raw ? deps.deferSync : undefined;
      const ended = deps.asUser
        ? await deliverAsUser(deps.asUser, job, { local, host }, { message, deferSync })
        : await deliverHere(job, { local, host }, { message, deferSync });
      return 'kind' in ended ? ended : outcomeOfExit(ended.code, ended.report);
    } finally {
      message.close();
    }
  }

  type Address = { readonly local: string; readonly host: string };

  async function deliverHere(
    job: DeliveryJob,
    { local, host }: Address,
    { message, deferSync }: Work,
  ): Promise<LocalExit | Outcome> {
    const recipient = findRecipient(local);
    if ('outcome' in recipient) return recipient.outcome;
    const { runsIn, found } = recipient;
    const { assignment } = found;
    // Root delivers nothing itself: its parent would have been asked.
    if (runsIn === 'own-process') return outcomeOfExit(113, '');
    const { defaultDelivery, programTimeoutSec } = deps.control();
    const basicVariables = programBasics;
    const { sender } = job;
    const about = { local, host, sender, defaultDelivery, defaultDeliveryPath, basicVariables, programTimeoutSec };
    const args = { ...assignment, ...about };
    const begin = (programs: readonly string[]) =>
      job.begin?.({ lanes: deliveryLanes(runsIn, args, assignment.uid, programs), programs }) ?? true;
    const newMessages = newMessagesOf(message, processUid ?? assignment.uid, assignment.user === 'alias');
    const { clock, programs } = deps;
    const files = { ...maildir, deferSync };
    return qmailLocal(args, { message, clock, programs, isOurs, maildir: files, begin, ...newMessages });
  }

  async function deliverAsUser(
    asUser: DeliverAsUser,
    job: DeliveryJob,
    { local, host }: Address,
    { message, deferSync }: Work,
  ): Promise<LocalExit | Outcome> {
    let started: DeliveryProcess | { readonly outcome: Outcome };
    try {
      void job.path; // The process reads the file: now there must be one.
      started = await asUser({ id: job.id, sender: job.sender, local, host });
    } catch (error) {
      return outcomeOfExit(120, `${reasonOf(error)}\n`);
    }
    if ('outcome' in started) return started.outcome;
    const { uid, alias } = started;
    // The user's home is the parent's to know: lines of one user with two homes count together.
    const begin = (programs: readonly string[]) =>
      job.begin?.({ lanes: deliveryLanes('own-process', { homeDir: '' }, uid, programs), programs }) ?? true;
    return followUserRun(started, {
      clock: deps.clock,
      begin,
      newMessages: newMessagesOf(message, uid, alias),
      deferSync: deferSync && { device: statSync(queueDir).dev, tell: () => deferSync(queueDir) },
      swept: sweptMaildirs?.of(uid),
    });
  }

  function newMessagesOf(message: Message, uid: number, alias: boolean) {
    const invoker: Invoker = alias ? { uid, as: 'alias' } : { uid };
    return createNewMessages(deps.accept, message, invoker);
  }

  return deliver;
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
