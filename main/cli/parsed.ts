import { UserError } from '../../core/lib/user-error.ts';

/** Runs parseArgs; what it says of wrong options becomes a refusal with exit code 100. @throws UserError */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { exitCode: 100 });
  }
}
