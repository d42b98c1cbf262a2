// Asks before a page with text that is not saved is closed.
import type { BrowserWindow } from 'electron';

/**
 * The question cannot be answered within the event: a dialog that blocks this process would stop the mail host. So the page
 * stays until there is an answer.
 */
export function askBeforeUnload(
  window: BrowserWindow,
  deps: { mayLeave(window: BrowserWindow): Promise<boolean>; onStay(): void },
): void {
  let isClosing = false;
  let isAsking = false;
  window.on('close', event => {
    isClosing = !event.defaultPrevented;
  });
  window.webContents.on('will-prevent-unload', event => {
    if (!isClosing) return event.preventDefault(); // a developer's reload
    window.show();
    if (isAsking) return;
    isAsking = true;
    deps
      .mayLeave(window)
      .catch(() => false)
      .then(leaves => {
        isAsking = false;
        if (leaves) window.destroy();
        else deps.onStay();
      });
  });
}
