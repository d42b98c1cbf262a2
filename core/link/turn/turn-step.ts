// The client of AutoTURN: a connection to the turn port of the host that has our mail. The connection is the request.
import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/clock.ts';
import type { StepResult } from './step-result.ts';

const usualWaitMs = 5000;
/** Half-duplex: the other end has the link until it has sent what waits. */
export const halfDuplexWaitMs = 15 * 60_000;

/**
 * Says nothing, and waits until the server closes: some servers (qturn) do so when they have sent the mail, and a half-duplex
 * link is theirs until then.
 * @param stream a connection that stands
 * @param waitMs after this it is closed here: the request is made
 */
export function turnStep(stream: Duplex, clock: Clock, waitMs = usualWaitMs): Promise<StepResult> {
  return new Promise(resolve => {
    function ended(result: StepResult): void {
      cancel();
      stream.destroy();
      resolve(result);
    }
    const cancel = clock.after(waitMs, () => ended({ ok: true, says: 'asked; the server keeps the connection open' }));
    stream.on('error', error => ended({ ok: false, says: `the server broke the connection: ${error.message}` }));
    stream.once('close', () => ended({ ok: true, says: 'asked' }));
    stream.once('end', () => ended({ ok: true, says: 'asked' }));
    stream.resume();
  });
}
