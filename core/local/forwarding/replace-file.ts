// Replaces a database or list: writes a file under another name, then renames it.
import { publish } from '../../lib/disk/durable.ts';
import { errorCode, reasonOf, UserError } from '../../lib/user-error.ts';

/**
 * Writes `temporary` and renames it to `path`. The file is world-readable.
 * @throws UserError (exit code 111) that names the step that failed; the old file is unchanged then
 */
export async function replaceFile(path: string, temporary: string, raw: Uint8Array): Promise<void> {
  try {
    await publish(path, raw, 0o644, temporary);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    const step = failedStep((error as NodeJS.ErrnoException).syscall, path, temporary);
    throw new UserError(`${step}: ${reasonOf(error)}`, { exitCode: 111, cause: error });
  }
}

function failedStep(systemCall: string | undefined, path: string, temporary: string): string {
  if (systemCall === 'open') return `unable to create ${temporary}`;
  if (systemCall === 'rename') return `unable to move ${temporary} to ${path}`;
  return `unable to write to ${temporary}`;
}
