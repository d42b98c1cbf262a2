// The client of ETRN (RFC 1985): asks a server over SMTP to send the mail of some nodes. It comes by connections of its own.
import type { Duplex } from 'node:stream';
import { ConnectionDied, openChannel } from '../../conversation/channel.ts';
import { greetServer, introduceTo } from '../../conversation/smtp-greeting.ts';
import type { Clock } from '../../lib/clock.ts';
import { type StepResult, saidBy } from './step-result.ts';

interface EtrnDeps {
  /** What this host calls itself. */
  readonly heloHost: string;
  readonly clock: Clock;
  /** TLS has started: EHLO is said again, without a greeting. */
  readonly isGreeted?: boolean;
}

const replyMs = 81_000;
const quit = 'QUIT\r\n';

/** Asks for the nodes one after the other until the server refuses one, and closes the stream. @param stream a connection that stands */
export async function etrnStep(
  stream: Duplex,
  { nodes }: { readonly nodes: readonly string[] },
  { heloHost, clock, isGreeted = false }: EtrnDeps,
): Promise<StepResult> {
  const channel = openChannel(stream, clock, replyMs);
  const said: string[] = [];
  try {
    const greeted = await (isGreeted ? introduceTo : greetServer)(channel, heloHost);
    if (greeted.kind !== 'ready') {
      channel.close(quit);
      return failed(`the server refuses this host: ${saidBy(greeted.reply.text)}`);
    }
    if (!greeted.extensions.has('ETRN')) {
      channel.close(quit);
      return failed('the server does not offer ETRN');
    }
    for (const node of nodes) {
      await channel.write(`ETRN ${node}\r\n`);
      const { code, text } = await channel.reply();
      said.push(`${node}: ${saidBy(text)}`);
      // Other names may be other names for the same: they are not tried (RFC 1985 section 5.2).
      if (!(code >= 200 && code < 400)) {
        channel.close(quit);
        return failed(said.join('; '));
      }
    }
    channel.close(quit);
    return { ok: true, says: said.join('; ') };
  } catch (error) {
    channel.close();
    if (!(error instanceof ConnectionDied)) throw error;
    return failed([...said, `the conversation ended early: ${error.message}`].join('; '));
  }
}

function failed(says: string): StepResult {
  return { ok: false, says };
}
