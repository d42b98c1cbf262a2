// The way of a refused message back to its sender: opened, wrapped in a bounce, and queued.
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Accept, Invoker } from '../../paper-path/shapes.ts';
import type { Bounced, ReturnToSender } from './act-on-result.ts';
import { serialBounce } from './serial-bounce.ts';
import { openSerialMessage } from './serial-message.ts';

interface ReturnDeps {
  /** With its slash; `''`: the working directory. */
  readonly directory: string;
  readonly prefix: string;
  readonly control: () => Control;
  readonly accept: Accept;
  readonly invoker: () => Invoker;
  readonly clock: Clock;
}

export function createReturnToSender({
  directory,
  prefix,
  control,
  accept,
  invoker,
  clock,
}: ReturnDeps): ReturnToSender {
  const failed = (why: string): Bounced => ({ kind: 'failed', why });
  return async (name, text, tooOld) => {
    try {
      await using message =
        (await openSerialMessage(name, prefix, directory)) ?? (await openSerialMessage(name, '', directory));
      if (!message) return failed(`unable to bounce ${name}: bad file format`);
      const bounce = serialBounce(message, { text, tooOld }, control(), clock.nowMs());
      if (typeof bounce === 'string') return { kind: 'discarded', as: bounce };
      const accepted = await accept(bounce.source, bounce.envelope, invoker());
      if (!accepted.ok) return failed(`unable to bounce ${name}: qq failed: ${accepted.text}`);
      return { kind: 'queued', qp: accepted.qp };
    } catch (error) {
      return failed(`unable to read ${name}: ${reasonOf(error)}`);
    }
  };
}
