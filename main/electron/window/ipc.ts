// Connects the window to the host: one channel for calls, one for notices, one for commands. Only the top frame of the app's own
// page may use them; a frame that shows a message may not.
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import { type Notice, refusal, refusedAnswer } from '../../../core/api/errors.ts';
import type { Caller } from '../../../core/api/transport/caller.ts';
import type { Dispatch } from '../../../core/api/transport/dispatch.ts';
import type { Dispose } from '../../../core/lib/dispose.ts';
import { channels } from './channels.ts';
import { origin } from './origin.ts';

/** What a transport of the Api needs from the host. */
export interface IpcHost {
  readonly dispatch: Dispatch;
  readonly user: string;
  notices(listener: (notice: Notice) => void): Dispose;
}

const refused = refusedAnswer(refusal('window-foreign', {}));

/**
 * Answers calls and forwards notices.
 * @param window the contents of the app's window, if there is one
 * @param onReady the page takes commands from now on
 */
export function setUpIpc(deps: {
  ipcMain: IpcMain;
  host: IpcHost;
  window(): WebContents | undefined;
  onReady(): void;
}): Dispose {
  const { ipcMain, host } = deps;
  const caller: Caller = { user: host.user, way: { kind: 'desktop' } };

  function isOurs(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
    const frame = event.senderFrame;
    return event.sender === deps.window() && frame !== null && frame.parent === null && frame.origin === origin;
  }

  function ready(event: IpcMainEvent): void {
    if (isOurs(event)) deps.onReady();
  }

  ipcMain.handle(channels.invoke, (event, method: unknown, request: unknown) =>
    isOurs(event) ? host.dispatch(caller, method, request) : refused,
  );
  ipcMain.on(channels.ready, ready);
  const stopNotices = host.notices(notice => deps.window()?.send(channels.notice, notice));
  return () => {
    stopNotices();
    ipcMain.removeHandler(channels.invoke);
    ipcMain.off(channels.ready, ready);
  };
}
