// qmail-inject: reads a message on standard input, completes its header, and queues it (or prints it, with -n).
import { readMessageControl } from '../../../core/control/message-control.ts';
import { injectUsage, parseInjectArguments } from '../../../core/inject/programs/inject-options.ts';
import { injectSettings } from '../../../core/inject/programs/inject-settings.ts';
import { injectMessage, returnPathLine } from '../../../core/inject/programs/qmail-inject.ts';
import { addressFromText } from '../../../core/message/address.ts';
import type { CommandIo } from '../command-io.ts';
import { followupLists, type Injector, runInjection, withUser } from './run-injection.ts';

/** @returns 0 queued (or printed), 100 permanent failure, 111 try again */
export async function run(
  args: readonly string[],
  io: CommandIo,
  { follower, dsn }: Pick<Injector, 'follower' | 'dsn'> = {},
): Promise<number> {
  const options = parseInjectArguments(args.map(addressFromText));
  if (!options) {
    io.stderr.write(`${injectUsage}\n`);
    return 100;
  }
  return runInjection(
    {
      name: 'qmail-inject',
      inject: async (home, stdin) => {
        const settings = injectSettings(withUser(io.env), readMessageControl(home), followupLists(io.env));
        return injectMessage(stdin, options, settings, { nowMs: Date.now(), pid: process.pid });
      },
      linesAbove: options.print ? ({ envelope }) => returnPathLine(envelope.sender) : undefined,
      follower,
      dsn,
    },
    io,
  );
}
