// Whether a port of a host answers.
import type { Dial } from '../../conversation/channel.ts';
import { reach } from '../../conversation/reach.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Looked } from './look.ts';

const probeMs = 20_000;

interface ProbeDeps {
  readonly clock: Clock;
  readonly dial: Dial;
  readonly lookUp: (host: string) => Promise<readonly string[]>;
}

export async function probePort(
  to: { readonly host: string; readonly port: number },
  deps: ProbeDeps,
): Promise<Looked> {
  const stopper = new AbortController();
  const cancel = deps.clock.after(probeMs, () => stopper.abort());
  const reached = await reach(to.host, to.port, deps, stopper.signal);
  cancel();
  const name = `${to.host} port ${to.port}`;
  if ('why' in reached) {
    const why = stopper.signal.aborted ? `${name} does not answer` : reached.why;
    return { up: false, because: why };
  }
  reached.socket.on('error', () => {});
  reached.socket.destroy();
  return { up: true, because: `${name} answers` };
}
