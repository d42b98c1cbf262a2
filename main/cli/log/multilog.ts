// multilog: writes standard input to rotated log directories; its arguments are the script.
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../../core/lib/clock.ts';
import { type Multilog, startMultilog } from '../../../core/log/multilog/multilog.ts';
import { parseScript } from '../../../core/log/multilog/script.ts';
import type { CommandIo } from '../command-io.ts';

const pauseMs = 5000;

/** @returns 0 at the end of the input or after SIGTERM; what cannot be opened is thrown as UserError (111) */
export async function run(args: readonly string[], { stdin, stderr }: CommandIo): Promise<number> {
  process.umask(0o022);
  const multilog = startMultilog(parseScript(args), {
    clock: systemClock,
    err: text => void stderr.write(Buffer.from(text, 'latin1')),
    pause: () => setTimeout(pauseMs),
  });
  const told = listenToSignals();
  const pieces = stdin[Symbol.asyncIterator]();
  let coming: Promise<void> | undefined;
  let arrived: IteratorResult<unknown> | undefined;
  for (;;) {
    if (told.rotate) await rotate(multilog, told);
    if (arrived?.done) break;
    if (arrived) {
      const piece = arrived.value as Uint8Array;
      arrived = coming = undefined;
      await multilog.write(piece);
      continue;
    }
    // What was read already is written, and the program that writes the log ends a line that it has started.
    if (told.terminate && multilog.atLineStart && stdin.readableLength === 0) break;
    coming ??= pieces.next().then(next => {
      arrived = next;
    });
    await Promise.race([coming, told.next()]);
  }
  await multilog.close();
  stdin.destroy();
  return 0;
}

interface Told {
  terminate: boolean;
  rotate: boolean;
  /** Resolves at the next signal. */
  next(): Promise<void>;
}

function listenToSignals(): Told {
  let wake = (): void => undefined;
  const told: Told = {
    terminate: false,
    rotate: false,
    next: () =>
      new Promise(resolve => {
        wake = resolve;
      }),
  };
  process.on('SIGTERM', () => {
    told.terminate = true;
    wake();
  });
  process.on('SIGALRM', () => {
    told.rotate = true;
    wake();
  });
  return told;
}

async function rotate(multilog: Multilog, told: Told): Promise<void> {
  told.rotate = false;
  await multilog.rotate();
}
