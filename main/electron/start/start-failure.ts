// Reports a failed start on the terminal and in a dialog.
import type { App, Dialog } from 'electron';
import { UserError } from '../../../core/lib/user-error.ts';
import { text } from '../text.ts';

/** Ends the process with the error's exit code after that. */
export async function reportStartFailure(
  deps: { app: Pick<App, 'whenReady' | 'exit'>; dialog: Pick<Dialog, 'showErrorBox'>; log(line: string): void },
  error: unknown,
): Promise<void> {
  const isUserError = error instanceof UserError;
  const said = isUserError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  deps.log(said);
  await deps.app.whenReady();
  deps.dialog.showErrorBox(text.cannotStart, said);
  deps.app.exit(isUserError ? error.exitCode : 1);
}
