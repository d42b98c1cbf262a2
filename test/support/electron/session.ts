// Session: what pages may load, which permissions they get, where downloads go.
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Download, Page, Route } from 'playwright-core';
import { fromStandIn } from './chromium.ts';
import { createEvent, type WebContents } from './web-contents.ts';

type ProtocolHandler = (request: Request) => Response | Promise<Response>;
type BeforeRequest = (
  details: { url: string; method: string },
  callback: (answer: { cancel?: boolean }) => void,
) => void;
type PermissionCheck = (contents: WebContents | null, permission: string, origin: string, details: object) => boolean;
type PermissionRequest = (
  contents: WebContents | null,
  permission: string,
  callback: (granted: boolean) => void,
  details: object,
) => void;

/** Permissions by Electron's name and by the name under which Chromium can be told. */
const permissions: readonly (readonly [string, string])[] = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['clipboard-read', 'clipboard-read'],
  ['midi', 'midi'],
];

export class Session extends EventEmitter {
  readonly #handlers = new Map<string, ProtocolHandler>();
  #beforeRequest: BeforeRequest | undefined;
  #permissionCheck: PermissionCheck | undefined;
  #permissionRequest: PermissionRequest | undefined;
  /** Recorded only: headless Chromium has neither devices nor screens to choose from. */
  devicePermissionHandler: unknown;
  displayMediaRequestHandler: unknown;

  readonly protocol = {
    handle: (scheme: string, handler: ProtocolHandler) => {
      if (this.#handlers.has(scheme)) throw new Error(`The scheme '${scheme}' is handled already.`);
      this.#handlers.set(scheme, handler);
    },
  };

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest) => {
      this.#beforeRequest = listener;
    },
  };

  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.#permissionCheck = handler;
  }

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#permissionRequest = handler;
  }

  setDevicePermissionHandler(handler: unknown): void {
    this.devicePermissionHandler = handler;
  }

  setDisplayMediaRequestHandler(handler: unknown): void {
    this.displayMediaRequestHandler = handler;
  }

  /** Without handlers Electron grants everything, and so does the double: leaving them out must show. */
  async grantPermissions(page: Page): Promise<void> {
    const granted: string[] = [];
    for (const [name, chromiumName] of permissions) {
      const checked = this.#permissionCheck?.(null, name, '', {}) ?? true;
      const requested = await new Promise<boolean>(resolve => {
        if (this.#permissionRequest) this.#permissionRequest(null, name, resolve, {});
        else resolve(true);
      });
      if (checked && requested) granted.push(chromiumName);
    }
    if (granted.length > 0) await page.context().grantPermissions(granted);
  }

  /** Answers a request of a page: guards first, then the scheme's handler. No network is used. */
  async answer(route: Route): Promise<void> {
    const request = route.request();
    const url = fromStandIn(request.url());
    if (await this.#isCancelled(url, request.method())) return route.abort('blockedbyclient');
    const handler = this.#handlers.get(new URL(url).protocol.slice(0, -1));
    if (!handler) return route.abort('internetdisconnected');
    const body = request.postDataBuffer();
    const response = await handler(
      new Request(url, {
        method: request.method(),
        headers: request.headers(),
        ...(body ? { body: new Uint8Array(body) } : {}),
      }),
    );
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  /** A download that a page began: the app's listeners decide where it goes, or that it does not. */
  async download(download: Download, contents: WebContents): Promise<void> {
    const item = new DownloadItem(download);
    const event = createEvent();
    this.emit('will-download', event, item, contents);
    if (event.defaultPrevented) return download.cancel();
    await item.save();
  }

  #isCancelled(url: string, method: string): Promise<boolean> {
    return new Promise(resolve => {
      if (!this.#beforeRequest) return resolve(false);
      this.#beforeRequest({ url, method }, answer => resolve(answer.cancel === true));
    });
  }
}

class DownloadItem extends EventEmitter {
  readonly #download: Download;
  #savePath = '';
  #dialog: { defaultPath?: string } = {};

  constructor(download: Download) {
    super();
    this.#download = download;
  }

  getURL(): string {
    return fromStandIn(this.#download.url());
  }

  getFilename(): string {
    return this.#download.suggestedFilename();
  }

  setSavePath(path: string): void {
    this.#savePath = path;
  }

  getSavePath(): string {
    return this.#savePath;
  }

  setSaveDialogOptions(options: { defaultPath?: string }): void {
    this.#dialog = options;
  }

  getSaveDialogOptions(): { defaultPath?: string } {
    return this.#dialog;
  }

  /** There is no user at the save dialog: it is cancelled, unless the app or a test named a path. */
  async save(): Promise<void> {
    if (this.#savePath === '') {
      await this.#download.cancel();
      this.emit('done', createEvent(), 'cancelled');
      return;
    }
    mkdirSync(dirname(this.#savePath), { recursive: true });
    await this.#download.saveAs(this.#savePath);
    this.emit('done', createEvent(), 'completed');
  }
}

export const session = { defaultSession: new Session() };
