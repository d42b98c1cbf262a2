// Denies web content, in any window or frame, to leave the page, to open windows, to embed webviews, to get permissions, and to
// load anything that is not part of the page or of the message shown.
import type { App, Session, WebContents } from 'electron';
import { UserError } from '../../../core/lib/user-error.ts';
import { text } from '../text.ts';
import { frameMayNavigate } from './html-mail.ts';

/**
 * Mail is shown inside Chromium's sandbox only. The launcher of an AppImage silently disables it where the system has no user
 * namespaces. @throws UserError in a packaged app
 */
export function requireSandbox(app: Pick<App, 'isPackaged' | 'commandLine'>): void {
  if (app.isPackaged && app.commandLine.hasSwitch('no-sandbox')) throw new UserError(text.noSandbox);
}

/** Applies to all web contents from now on. `openLink` gets the address for which a new window was requested. */
export function guardContents(app: Pick<App, 'on'>, openLink: (url: string) => void): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, openLink));
}

function guard(contents: WebContents, openLink: (url: string) => void): void {
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', event => event.preventDefault());
  contents.on('will-redirect', event => event.preventDefault());
  contents.on('will-frame-navigate', event => {
    if (event.isMainFrame || !frameMayNavigate(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', event => event.preventDefault());
}

/** The app needs no permission of the browser, so all are denied, devices too. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
}

/** The session has no network: only the page's own scheme and content within the page can be loaded. */
export function denyNetwork(session: Session, options: { devTools: boolean }): void {
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !mayLoad(details.url, options.devTools) });
  });
}

const insideSchemes = new Set(['app:', 'data:', 'blob:', 'about:']);

/** @param devTools the developer tools may load themselves; false in a packaged app */
export function mayLoad(url: string, devTools: boolean): boolean {
  const protocol = URL.parse(url)?.protocol ?? '';
  return insideSchemes.has(protocol) || (devTools && protocol === 'devtools:');
}
