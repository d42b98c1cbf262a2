// 1 KB messages by SMTP over 10 connections that stay open: how fast they are accepted, and how fast all are delivered.

import { toMaildir } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import type { Workload } from '../figures.ts';
import { checkMail, waitForMail } from '../maildir.ts';
import type { Subject } from '../subjects/subject.ts';
import { startIdle } from '../wait-until-idle.ts';
import { deliveryLimitMs, stopEmpty, waitForEnd } from './drain.ts';

const bodyBytes = 1024;
const connections = 10;
const sendLimitMs = 300_000;

export const smtpBurst: Workload = {
  name: 'smtp',
  subjects: ['waypost', 'postfix', 'notqmail'],
  rows: ({ burst }) => [
    {
      key: 'smtp-accepted',
      what: `${count(burst)} × 1 KB by SMTP, ${connections} connections: accepted`,
      unit: 'messages/s',
      better: 'more',
      goal: 3_000,
    },
    {
      key: 'smtp-delivered',
      what: 'the same, delivered to one Maildir',
      unit: 'messages/s',
      better: 'more',
      goal: 1_600,
    },
  ],
  async measure(kind, run) {
    const subject = await kind.open(run);
    await startIdle(subject, run);
    const { acceptedPerSec, deliveredPerSec } = await burst(subject, run, run.sizes.burst);
    await waitForEnd(subject, run, { messages: run.sizes.burst, deliveries: run.sizes.burst });
    await stopEmpty(subject);
    checkBurst(subject, run.sizes.burst);
    return { 'smtp-accepted': acceptedPerSec, 'smtp-delivered': deliveredPerSec };
  },
};

/** Sends the burst to a running host whose Maildir is empty, and waits for the last message. */
export async function burst(
  subject: Subject,
  run: BenchRun,
  messages: number,
): Promise<{ acceptedPerSec: number; deliveredPerSec: number }> {
  const { signal } = run;
  const plan = { port: subject.port(), connections, messages, bodyBytes, recipient: toMaildir };
  const { startMs, endMs } = await run.load.send(plan, { signal, limitMs: sendLimitMs });
  const lastMs = await waitForMail(subject, messages, { signal, limitMs: deliveryLimitMs });
  return {
    acceptedPerSec: (messages * 1000) / (endMs - startMs),
    deliveredPerSec: (messages * 1000) / (Math.max(lastMs, endMs) - startMs),
  };
}

/** @throws unless exactly the burst is in the Maildir */
export function checkBurst(subject: Subject, messages: number): void {
  checkMail(subject.maildir, { count: messages, bodyBytes, each: 'Message-Id' });
}

function count(value: number): string {
  return value.toLocaleString('en');
}
