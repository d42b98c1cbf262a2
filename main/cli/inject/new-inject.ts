// new-inject: reads a message on standard input, writes a new header for it, and queues it (or prints it, with -n).
import { readMessageControl } from '../../../core/control/message-control.ts';
import { injectSettings } from '../../../core/inject/programs/inject-settings.ts';
import {
  envelopeLines,
  newInjectMessage,
  newInjectUsage,
  parseNewInjectArguments,
} from '../../../core/inject/programs/new-inject.ts';
import { addressFromText } from '../../../core/message/address.ts';
import type { CommandIo } from '../command-io.ts';
import { rewriteRules } from './rewrite-rules.ts';
import { followupLists, runInjection, withUser } from './run-injection.ts';

/** @returns 0 queued (or printed), 100 permanent failure, 111 try again */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const options = parseNewInjectArguments(args.map(addressFromText), io.env.QMAILINJECT);
  if (!options) {
    io.stderr.write(`${newInjectUsage}\n`);
    return 100;
  }
  return runInjection(
    {
      name: 'new-inject',
      inject: async (home, stdin) => {
        const settings = injectSettings(withUser(io.env), readMessageControl(home), followupLists(io.env));
        const rules = rewriteRules(home, settings, io.env.QMAILREWRITEFILE);
        const moment = { nowMs: Date.now(), pid: process.pid };
        return newInjectMessage(stdin, options, { ...settings, rules }, moment);
      },
      linesAbove: options.print ? ({ envelope }) => envelopeLines(envelope) : undefined,
    },
    io,
  );
}
