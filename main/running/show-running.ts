// A host that already runs on a home: its window is shown instead of starting a second host, or its address is printed.
import { ApiError } from '../../core/api/errors.ts';
import { UserError } from '../../core/lib/user-error.ts';
import { browserCommand, openBrowser } from '../headless/open-browser.ts';
import { connectToHost } from './control-client.ts';
import { openedText, statusText } from './status-text.ts';

const runsAlready = 'Waypost is already running on this home.\n';

/**
 * Brings up the desktop's window, or creates an address of the page and opens it where there is a browser.
 * @param quiet only says that the host runs
 * @returns the text for the user; undefined: no host runs. @throws UserError when that host shows no window
 */
export async function showRunning(
  home: string,
  env: Readonly<Record<string, string | undefined>>,
  quiet = false,
): Promise<string | undefined> {
  const host = await connectToHost(home).catch(() => undefined);
  if (!host) return undefined;
  try {
    const status = await host.api.call('host.status', {}).catch(() => undefined);
    if (!status) return undefined; // It is about to stop.
    if (quiet) return `${runsAlready}\n${statusText(status)}`;
    const browser = browserCommand(env, process.platform) !== undefined;
    const opened = await host.api.call('page.open', { browser });
    if (opened.shown === 'page' && opened.file !== null) openBrowser(opened.file, env, process.platform);
    return `${runsAlready}${openedText(opened)}\n${statusText(status)}`;
  } catch (error) {
    if (error instanceof ApiError) throw new UserError(`Waypost is already running on ${home}. ${error.message}`);
    throw error;
  } finally {
    host.close();
  }
}

/** @throws UserError that says where it is, when a host runs on the home */
export async function refuseBesideRunning(home: string): Promise<void> {
  const host = await connectToHost(home).catch(() => undefined);
  if (!host) return;
  try {
    const status = await host.api.call('host.status', {}).catch(() => undefined);
    if (!status) return; // It is about to stop.
    throw new UserError(
      `A mail host is already running on this home. Stop it first, or open it: waypost open\n${statusText(status)}`.trimEnd(),
    );
  } finally {
    host.close();
  }
}
