// Tells senders that their mail is late: once for each recipient, when an attempt has failed and the message is older than
// control/delaynotice says. The notice is queued first and then noted in delayed/N: a kill in between repeats it once, and nothing
// that happens to it touches the message itself.
import { type Channel, stripPrepend } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { shortened } from '../../lib/text/shortened.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { type RecipientDsn, rulesOut } from '../../paper-path/dsn.ts';
import type { Failure } from '../../paper-path/outcome.ts';
import type { RemoteGate } from '../../paper-path/remote-gate.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import { headOf } from '../bounce/message-head.ts';
import { appendDelayed, readDelayed } from '../files/delayed.ts';
import { recipientKey } from '../files/holds.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { QueueLog } from '../queue-log.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';
import { delayNotice, isToldOfDelays } from './delay-notice.ts';
import { hasReader, queueNotice, type ReportedRecipient } from './status-notice.ts';

export interface DelayDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly clock: Clock;
  readonly gate: Pick<RemoteGate, 'openSec'>;
  readonly accept: Accept;
  readonly syncDirectory: SyncDirectory;
  readonly queued: Pick<QueuedMessages, 'all'>;
  readonly log: Pick<QueueLog, 'delayed' | 'warning'>;
}

/** A pass over a message that is being made. */
interface LatePass {
  readonly message: QueuedMessage;
  readonly channel: Channel;
  readonly sender: string;
  /** From when the age of the message counts. */
  readonly birthSec: number;
  readonly startSec: number;
}

/** What one pass found to be late. */
interface LateRecipients {
  /** @param wish what the sender wants to be told of the recipient */
  add(address: string, outcome: Failure, wish: RecipientDsn | undefined): void;
  /** Tells the sender; at the end of the pass. */
  tell(): void;
}

export interface Delays {
  begin(pass: LatePass): LateRecipients;
  /** How many notices are on their way into the queue. */
  readonly underWay: number;
  /** Tells nobody any more: the queue's files may belong to another host. */
  close(): void;
}

/** How many recipients a notice names. */
const mostNamed = 200;
const nobody: LateRecipients = { add: () => undefined, tell: () => undefined };

/** @param ended called when a notice is in the queue, or could not be queued */
export function createDelays(deps: DelayDeps, ended: () => void): Delays {
  const { layout, log } = deps;
  /** The recipients that senders know of, as far as they were asked for. */
  const told = new WeakMap<QueuedMessage, Set<string>>();
  let underWay = 0;
  let closed = false;

  function toldOf(message: QueuedMessage): Set<string> {
    const known = told.get(message) ?? readDelayed(layout, message.id);
    told.set(message, known);
    return known;
  }

  function isLate({ channel, birthSec, startSec, sender }: LatePass): boolean {
    const limitSec = deps.control().delayNoticeSec;
    if (limitSec <= 0 || !hasReader(sender)) return false;
    const waitedSec = channel === 'remote' ? deps.gate.openSec(birthSec, startSec) : startSec - birthSec;
    return waitedSec >= limitSec;
  }

  async function send({ message, sender, birthSec }: LatePass, late: Late): Promise<void> {
    const { id, store } = message;
    const known = toldOf(message);
    const keys = [...late.keys].filter(key => !known.has(key));
    if (keys.length === 0) return;
    const head = headOf(layout, message);
    if (!isToldOfDelays(sender, head)) return;
    const recipients = late.named.filter(({ key }) => !known.has(key));
    const more = keys.length - recipients.length;
    const notice = delayNotice(
      { sender, bornSec: birthSec, envid: store.dsn(id)?.envid, head, recipients, more },
      deps.control(),
      deps.clock.nowMs(),
    );
    for (const key of keys) known.add(key); // The other channel of the message may be at the same point.
    const qp = await queueNotice(deps.accept, notice).catch(error => {
      for (const key of keys) known.delete(key);
      throw error;
    });
    log.delayed(id, qp);
    // A message that has ended meanwhile leaves no file behind.
    if (deps.queued.all.get(id) === message) await appendDelayed(layout, deps.syncDirectory, id, keys);
  }

  return {
    begin(pass) {
      if (!isLate(pass)) return nobody;
      const late: Late = { keys: new Set(), named: [] };
      return {
        add(address, outcome, wish) {
          if (rulesOut(wish, 'DELAY')) return;
          const key = recipientKey(pass.channel, address);
          if (late.keys.has(key)) return;
          late.keys.add(key);
          if (late.named.length < mostNamed)
            late.named.push({
              key,
              ...inShort(outcome),
              orcpt: wish?.orcpt,
              address: stripPrepend(address, deps.control()),
            });
        },
        tell() {
          if (closed || late.keys.size === 0) return;
          underWay++;
          void send(pass, late)
            .catch(error =>
              log.warning(
                `the sender of message ${pass.message.id} could not be told of its delay: ${reasonOf(error)}`,
              ),
            )
            .finally(() => {
              underWay--;
              ended();
            });
        },
      };
    },
    get underWay() {
      return underWay;
    },
    close() {
      closed = true;
    },
  };
}

/** The recipients of one pass: all keys, and those that the notice will name. */
interface Late {
  readonly keys: Set<string>;
  readonly named: (ReportedRecipient & { readonly key: string })[];
}

function inShort(outcome: Failure): Pick<ReportedRecipient, 'text' | 'status' | 'answer'> {
  const { text, status, answer } = outcome;
  return { text: shortened(text), status, answer: answer && { ...answer, words: shortened(answer.words) } };
}
