// Loads the page again when its process has crashed, unless it crashes again and again.
import type { BrowserWindow } from 'electron';

/** A page that crashes more often than this stays down until the window is opened again. */
const mostCrashes = 3;

export function watchPage(
  window: BrowserWindow,
  deps: { load(): void; onPageLost(): void; log(line: string): void },
): void {
  let crashes = 0;
  window.webContents.on('did-start-navigation', details => {
    if (details.isMainFrame && !details.isSameDocument) deps.onPageLost();
  });
  window.webContents.on('render-process-gone', (_event, details) => {
    deps.onPageLost();
    deps.log(`the page's process ended: ${details.reason} (${details.exitCode})`);
    crashes += 1;
    if (details.reason !== 'clean-exit' && crashes <= mostCrashes && !window.isDestroyed()) deps.load();
  });
}
