// One message to very many recipients of another host, 20 at a time, with a body that fits one packet and one that does not.
import { toRemote } from '../addresses.ts';
import type { BenchRun } from '../bench-run.ts';
import type { Row, Workload } from '../figures.ts';
import { startSink } from '../load/sink.ts';
import type { SubjectKind, SubjectName } from '../subjects/subject.ts';
import { startIdle } from '../wait-until-idle.ts';
import { stopEmpty, waitForEnd } from './drain.ts';

const sendLimitMs = 120_000;
/** The most recipients that one transaction has, as each server is by default. */
const recipientsAtOnce: Readonly<Partial<Record<SubjectName, number>>> = { waypost: 100, postfix: 50 };

export const fanoutRemote300 = remoteFanout('fanout-remote-300', 'a 300-byte body', 300);
export const fanoutRemote4k = remoteFanout('fanout-remote-4k', 'a 4 KB body', 4096);

function remoteFanout(name: string, body: string, bodyBytes: number): Workload {
  return {
    name,
    subjects: ['waypost', 'postfix', 'notqmail'],
    rows: (sizes): readonly Row[] => [
      {
        key: name,
        what: `one message to ${sizes.remote.toLocaleString('en')} remote recipients, concurrency 20, ${body}`,
        unit: 'deliveries/s',
        better: 'more',
        goal: 1_500,
      },
    ],
    measure: async (kind, run) => ({ [name]: await remoteDeliveriesPerSec(kind, run, bodyBytes) }),
  };
}

async function remoteDeliveriesPerSec(kind: SubjectKind, run: BenchRun, bodyBytes: number): Promise<number> {
  const recipients = run.sizes.remote;
  const sink = await startSink(run);
  const subject = await kind.open(run, { relayPort: sink.port });
  await startIdle(subject, run);
  const plan = { port: subject.port(), connections: 1, messages: 1, bodyBytes, recipient: toRemote };
  const sent = await run.load.send(
    { ...plan, recipientsPerMessage: recipients },
    { signal: run.signal, limitMs: sendLimitMs },
  );
  const endMs = await waitForEnd(subject, run, { messages: 1, deliveries: recipients });
  await stopEmpty(subject);
  const fewest = recipients / (recipientsAtOnce[kind.name] ?? 1);
  if (sink.messages() < fewest || sink.messages() > recipients) {
    throw new Error(`${run.sink.name} took ${sink.messages()} messages for ${recipients} recipients`);
  }
  return (recipients * 1000) / (endMs - sent.endMs);
}
