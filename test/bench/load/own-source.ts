// The load generator for machines without smtp-source. Argument: a LoadPlan as JSON; prints a Sent as JSON.
import { sendLoad } from '../../support/smtp-load.ts';
import { sender } from '../addresses.ts';
import type { LoadPlan, Sent } from './load-generator.ts';

const line = `${'X'.repeat(78)}\r\n`;
const pieceLines = 800;

const plan = JSON.parse(process.argv[2] as string) as LoadPlan;
const { recipient, recipientsPerMessage: many } = plan;
const startMs = Date.now();
const accepted = await sendLoad({
  port: plan.port,
  clients: plan.connections,
  messages: plan.messages,
  sender,
  recipient: many === undefined ? recipient : Array.from({ length: many }, (_, i) => `${i + 1}${recipient}`),
  body:
    plan.bodyBytes > pieceLines * line.length ? () => linesOf(plan.bodyBytes) : [...linesOf(plan.bodyBytes)].join(''),
});
const sent: Sent = { startMs, endMs: Date.now() };
if (accepted.length !== plan.messages) throw new Error(`${accepted.length} of ${plan.messages} messages were accepted`);
process.stdout.write(JSON.stringify(sent));

/** A body of about that many bytes, in pieces, so that it may be larger than memory. */
function* linesOf(bytes: number): Generator<string> {
  for (let left = bytes; left > 0; left -= line.length * pieceLines) {
    yield left < line.length * pieceLines ? line.repeat(Math.ceil(left / line.length)) : line.repeat(pieceLines);
  }
}
