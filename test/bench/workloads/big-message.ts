// One very large message by SMTP to a Maildir: how fast, and whether memory stays what it was.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toMaildir } from '../addresses.ts';
import type { Workload } from '../figures.ts';
import { waitForMail } from '../maildir.ts';
import { memoryOf } from '../processes.ts';
import { startIdle } from '../wait-until-idle.ts';
import { deliveryLimitMs, stopEmpty, waitForEnd } from './drain.ts';

const megabyte = 1024 ** 2;
const sendLimitMs = 600_000;

export const bigMessage: Workload = {
  name: 'big-message',
  subjects: ['waypost'],
  once: true,
  rows: ({ bigMessageBytes: bytes }) =>
    bytes === undefined
      ? []
      : [
          {
            key: 'big-message',
            what: `one message of ${bytes / megabyte} MB by SMTP, delivered to a Maildir`,
            unit: 'MB/s',
            better: 'more',
          },
          {
            key: 'big-message-memory',
            what: 'the same: highest memory',
            unit: 'MB',
            better: 'less',
            goal: 200,
          },
        ],
  async measure(kind, run) {
    const bodyBytes = run.sizes.bigMessageBytes as number;
    const subject = await kind.open(run);
    await startIdle(subject, run);
    const [pid] = subject.pids() as [number];
    const plan = { port: subject.port(), connections: 1, messages: 1, bodyBytes, recipient: toMaildir };
    const { startMs } = await run.load.send(plan, { signal: run.signal, limitMs: sendLimitMs });
    const lastMs = await waitForMail(subject, 1, { signal: run.signal, limitMs: deliveryLimitMs });
    await waitForEnd(subject, run, { messages: 1, deliveries: 1 });
    const { peakBytes } = memoryOf(pid);
    await stopEmpty(subject);
    checkSize(subject.maildir, bodyBytes);
    return {
      'big-message': (bodyBytes / megabyte) * (1000 / (lastMs - startMs)),
      'big-message-memory': peakBytes / megabyte,
    };
  },
};

/** @throws unless there is one message, as large as what was sent; line ends are two bytes on the wire and one on disk */
function checkSize(maildir: string, bodyBytes: number): void {
  const sizes = readdirSync(join(maildir, 'new')).map(name => statSync(join(maildir, 'new', name)).size);
  if (sizes.length !== 1 || (sizes[0] as number) < bodyBytes * 0.95) {
    throw new Error(`the Maildir holds messages of ${sizes.join(', ')} bytes; one of ${bodyBytes} was sent`);
  }
}
