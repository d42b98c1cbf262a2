// What the owner of the host does to messages that wait, while it runs: retry, hold, release, return to the sender, delete,
// view, and pause all deliveries. qmail can do most of it only while it is stopped. Every change goes through the scheduler's
// own passes, so that no recipient is tried and ended at the same time; the orders that were answered are durable.
import type { HandlersOf } from '../../api/contract.ts';
import type { QueueChange } from '../../api/queue.ts';
import type { Decided } from '../../log-lines/queue/decision.ts';
import { done, never } from '../../paper-path/outcome.ts';
import { readBeginning } from '../files/first-line.ts';
import type { Scheduler } from '../run/scheduler.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';
import { type Chosen, createChanges, gone } from './changes.ts';
import { createHolding, type HoldingDeps } from './holding.ts';

/** The calls that the operator answers. */
export type Operator = HandlersOf<
  | 'queue.retry'
  | 'queue.pause'
  | 'queue.resume'
  | 'queue.hold'
  | 'queue.release'
  | 'queue.bounce'
  | 'queue.remove'
  | 'queue.view'
>;

/** What the operator needs. */
export interface OperatorDeps extends HoldingDeps {
  readonly queued: Pick<QueuedMessages, 'all'>;
  readonly scheduler: Pick<Scheduler, 'makeDue' | 'decide' | 'isTrying' | 'pause' | 'resume'>;
  /** Called after anything changed that a person could see. */
  readonly changed: () => void;
}

const returned = never('This message was returned before delivery by the administrator of the mail host. (#5.0.0)\n');
const viewBytes = 64 * 1024;

/** The operator, and its end: from `close` on changes are refused; it resolves when those that came before are done. */
export function createOperator(deps: OperatorDeps): {
  operator: Operator;
  /** Makes these messages (default: all) due now; those being tried, again when that has ended. @returns how many were woken */
  retry(ids?: readonly number[]): number;
  close(): Promise<unknown>;
} {
  const { layout, queued, scheduler, log } = deps;
  const { change, close } = createChanges(queued, deps.changed);
  const { hold, release } = createHolding(deps);

  function giveUp(what: Decided & ('returned' | 'deleted')) {
    const outcome = what === 'returned' ? returned : done('');
    return async (message: QueuedMessage, chosen: Chosen): Promise<QueueChange> => {
      const total = { changed: 0, busy: 0 };
      for (const channel of message.channels.keys()) {
        const { changed, busy } = await scheduler.decide(message, channel, {
          outcome,
          wanted: ({ address }) => chosen({ channel, address }),
          decided: ({ address }) => log.decided(what, message.id, channel, address),
        });
        total.changed += changed;
        total.busy += busy;
      }
      return total;
    };
  }

  function retry(ids: readonly number[] = [...queued.all.keys()]): number {
    let woken = 0;
    for (const id of ids) {
      const message = queued.all.get(id);
      if (!message) continue;
      scheduler.makeDue(message);
      if (message.held !== 'all') woken += message.channels.size; // A held one is only looked at: it may have ended.
    }
    deps.changed();
    return woken;
  }

  const operator: Operator = {
    'queue.retry': async ({ ids }) => ({ woken: retry(ids) }),
    async 'queue.pause'() {
      scheduler.pause();
      log.paused();
      return {};
    },
    async 'queue.resume'() {
      scheduler.resume();
      log.resumed();
      return {};
    },
    'queue.hold': choice => change(choice, hold),
    'queue.release': choice => change(choice, release),
    'queue.bounce': choice => change(choice, giveUp('returned')),
    'queue.remove': choice => change(choice, giveUp('deleted')),
    async 'queue.view'({ id }) {
      const message = queued.all.get(id);
      if (!message) throw gone([id]);
      const raw = message.store.raw ?? readBeginning(layout.mess(id), viewBytes);
      const cut = message.sizeBytes > viewBytes;
      // In stream mode the decoder leaves out a character that is cut in two.
      const text = new TextDecoder().decode(raw.subarray(0, viewBytes), { stream: cut });
      return { text, cut };
    },
  };
  return { operator, retry, close };
}
