// The options of a `waypost` command.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UserError } from '../../core/lib/user-error.ts';

type Config = Omit<ParseArgsConfig, 'args'>;

/** Runs parseArgs; its error for wrong options becomes a refusal with exit code 100. @throws UserError */
export function parseOptions<const C extends Config>(
  args: readonly string[],
  config: C,
): ReturnType<typeof parseArgs<C>> {
  try {
    return parseArgs<C>({ ...config, args: [...args] });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { exitCode: 100 });
  }
}
