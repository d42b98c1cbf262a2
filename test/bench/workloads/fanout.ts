// One message to very many local recipients: what one delivery costs without, and with, a file to write.
import { toDiscard, toFanout } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import type { Workload } from '../figures.ts';
import { checkMail } from '../maildir.ts';
import type { Subject } from '../subjects/subject.ts';
import { startIdle } from '../wait-until-idle.ts';
import { stopEmpty, waitForEnd } from './drain.ts';

const bodyBytes = 1024;
const sendLimitMs = 120_000;

export const fanoutDiscard: Workload = {
  name: 'fanout-discard',
  subjects: ['waypost', 'postfix', 'notqmail'],
  rows: sizes => [
    {
      key: 'fanout-discard',
      what: `one message to ${sizes.discarded.toLocaleString('en')} discarded recipients`,
      unit: 'deliveries/s',
      better: 'more',
      goal: 10_000,
    },
  ],
  async measure(kind, run) {
    const subject = await kind.open(run);
    const rate = await deliveriesPerSec(subject, run, toDiscard, run.sizes.discarded);
    await stopEmpty(subject);
    return { 'fanout-discard': rate };
  },
};

export const fanoutMaildir: Workload = {
  name: 'fanout-maildir',
  subjects: ['waypost', 'postfix', 'notqmail'],
  rows: sizes => [
    {
      key: 'fanout-maildir',
      what: `one message to ${sizes.fanout.toLocaleString('en')} deliveries into a Maildir`,
      unit: 'deliveries/s',
      better: 'more',
      goal: 2_300,
    },
  ],
  async measure(kind, run) {
    const subject = await kind.open(run);
    const rate = await deliveriesPerSec(subject, run, toFanout, run.sizes.fanout);
    await stopEmpty(subject);
    checkMail(subject.maildir, { count: run.sizes.fanout, bodyBytes, each: 'Delivered-To' });
    return { 'fanout-maildir': rate };
  },
};

/** From the moment when the message is accepted to the moment when it has left the queue. */
async function deliveriesPerSec(subject: Subject, run: BenchRun, recipient: string, recipients: number) {
  await startIdle(subject, run);
  const plan = { port: subject.port(), connections: 1, messages: 1, bodyBytes, recipient };
  const sent = await run.load.send(
    { ...plan, recipientsPerMessage: recipients },
    { signal: run.signal, limitMs: sendLimitMs },
  );
  const endMs = await waitForEnd(subject, run, { messages: 1, deliveries: recipients });
  return (recipients * 1000) / (endMs - sent.endMs);
}
