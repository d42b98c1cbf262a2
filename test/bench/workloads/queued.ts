// Messages that were queued while the scheduler was stopped: from the start of the host to the last delivery.
import type { Workload } from '../figures.ts';
import { waitForMail } from '../maildir.ts';
import { deliveryLimitMs, stopEmpty, waitForEnd } from './drain.ts';
import { checkBurst } from './smtp-burst.ts';

export const queuedThenDelivered: Workload = {
  name: 'queued-then-delivered',
  subjects: ['waypost', 'postfix', 'notqmail'],
  rows: sizes => [
    {
      key: 'queued-then-delivered',
      what: `${sizes.burst.toLocaleString('en')} messages queued before the start, delivered to one Maildir`,
      unit: 'messages/s',
      better: 'more',
      goal: 1_600,
    },
  ],
  async measure(kind, run) {
    const { burst: messages } = run.sizes;
    const subject = await kind.open(run);
    await subject.queueWhileStopped(messages, 1024);
    if (subject.waiting() !== messages) throw new Error(`${subject.waiting()} messages wait, not ${messages}`);
    const startMs = Date.now();
    await subject.start();
    const lastMs = await waitForMail(subject, messages, { signal: run.signal, limitMs: deliveryLimitMs });
    await waitForEnd(subject, run, { messages, deliveries: messages });
    await stopEmpty(subject);
    checkBurst(subject, messages);
    return { 'queued-then-delivered': (messages * 1000) / (lastMs - startMs) };
  },
};
