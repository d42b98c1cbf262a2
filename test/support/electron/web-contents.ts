// WebContents: a page of Chromium, its preload in a world of its own, and the events and handlers that guard it.
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { fromStandIn, toStandIn } from './chromium.ts';
import { createCloneCodec } from './clone.ts';
import { ipcMain } from './ipc-main.ts';
import type { Session } from './session.ts';
import { type DownMessage, mainWorldSource, preloadWorldSource, type UpMessage } from './worlds.ts';

const codec = createCloneCodec();
const worldName = 'Electron Isolated Context';

/** What `event.preventDefault()` says. */
export interface DoubleEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
  [property: string]: unknown;
}

export function createEvent(properties: object = {}): DoubleEvent {
  let prevented = false;
  return {
    ...properties,
    get defaultPrevented() {
      return prevented;
    },
    preventDefault() {
      prevented = true;
    },
  };
}

/** A frame, as `event.senderFrame` shows it. */
export interface Frame {
  readonly url: string;
  readonly origin: string;
  readonly parent: Frame | null;
}

interface WindowOpenDetails {
  url: string;
  frameName: string;
  features: string;
  disposition: string;
  referrer: { url: string; policy: string };
}

export type WebPreferences = Record<string, unknown> & { preload?: string };

let lastId = 0;

export class WebContents extends EventEmitter {
  readonly id: number;
  readonly session: Session;
  readonly #page: Promise<Page>;
  readonly #preferences: WebPreferences;
  readonly #prefix = randomBytes(8).toString('hex');
  #cdp: CDPSession | undefined;
  #topFrameId = '';
  #preloadContext: number | undefined;
  #topFrame: Frame = { url: '', origin: 'null', parent: null };
  #openHandler: (details: WindowOpenDetails) => { action: 'deny' | 'allow' } = () => ({ action: 'allow' });
  /** The navigation that the main process itself asked for. */
  #asked: string | undefined;
  #destroyed = false;
  #loading: Promise<void> = Promise.resolve();

  constructor(page: Promise<Page>, session: Session, preferences: WebPreferences) {
    super();
    lastId += 1;
    this.id = lastId;
    this.session = session;
    this.#preferences = preferences;
    this.#page = page.then(async ready => {
      await this.#attach(ready);
      return ready;
    });
    this.#page.catch(() => {});
  }

  get mainFrame(): Frame {
    return this.#topFrame;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** What the window was made with. */
  getLastWebPreferences(): WebPreferences {
    return this.#preferences;
  }

  getURL(): string {
    return this.#topFrame.url;
  }

  setWindowOpenHandler(handler: (details: WindowOpenDetails) => { action: 'deny' | 'allow' }): void {
    this.#openHandler = handler;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.#page;
    if (this.#destroyed) return;
    this.#asked = toStandIn(url);
    this.#loading = page.goto(this.#asked).then(() => undefined);
    await this.#loading;
  }

  /** Clones the arguments as Electron does; what is sent while there is no preload to receive it is lost. */
  send(channel: string, ...args: unknown[]): void {
    this.#down({ kind: 'event', channel, args: codec.encode(args) });
  }

  /** The page, for the double's own parts. */
  page(): Promise<Page> {
    return this.#page;
  }

  markDestroyed(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('destroyed');
  }

  /** Asks the guards about a navigation of a frame. @returns false when one of them prevented it */
  mayNavigate(standInUrl: string, isMainFrame: boolean): boolean {
    const url = fromStandIn(standInUrl);
    if (isMainFrame && standInUrl === this.#asked) {
      this.#asked = undefined;
    } else {
      const details = createEvent({ url, isMainFrame, isSameDocument: false, frame: null, initiator: null });
      this.emit('will-frame-navigate', details);
      if (isMainFrame && !details.defaultPrevented) this.emit('will-navigate', details, url);
      if (details.defaultPrevented) return false;
    }
    this.emit('did-start-navigation', createEvent({ url, isMainFrame, isSameDocument: false }));
    return true;
  }

  async #attach(page: Page): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    this.#cdp = cdp;
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId, isDefault } = context.auxData as unknown as { frameId: string; isDefault: boolean };
      if (isDefault || context.name !== worldName || frameId !== this.#topFrameId) return;
      this.#preloadContext = context.id;
      const origin = fromStandIn(context.origin);
      this.#topFrame = { url: fromStandIn(page.url()) || origin, origin, parent: null };
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.#preloadContext) this.#preloadContext = undefined;
    });
    cdp.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
      if (executionContextId === this.#preloadContext) this.#up(JSON.parse(payload));
    });
    cdp.on('Page.windowOpen', details => this.#windowOpen(details));
    page.on('popup', popup => void popup.close().catch(() => {}));
    page.on('domcontentloaded', () => this.emit('dom-ready', createEvent()));
    page.on('load', () => this.emit('did-finish-load', createEvent()));
    page.on('crash', () => this.emit('render-process-gone', createEvent(), { reason: 'crashed', exitCode: 1 }));
    page.on('dialog', asked => {
      if (asked.type() !== 'beforeunload') return void asked.dismiss().catch(() => {});
      const event = createEvent();
      this.emit('will-prevent-unload', event);
      void (event.defaultPrevented ? asked.accept() : asked.dismiss()).catch(() => {});
    });
    page.on('download', download => this.session.download(download, this));
    await cdp.send('Page.enable');
    const { frameTree } = await cdp.send('Page.getFrameTree');
    this.#topFrameId = frameTree.frame.id;
    await cdp.send('Runtime.enable');
    if (this.#preferences.preload !== undefined) await this.#addPreload(cdp, this.#preferences.preload);
    await this.session.grantPermissions(page);
  }

  async #addPreload(cdp: CDPSession, path: string): Promise<void> {
    const names = { prefix: this.#prefix, up: `up${this.#prefix}`, down: `down${this.#prefix}` };
    await cdp.send('Runtime.addBinding', { name: names.up, executionContextName: worldName });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName,
      source: preloadWorldSource(names, readFileSync(path, 'utf8')),
    });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldSource(names) });
  }

  #windowOpen(details: { url: string; windowName: string; windowFeatures: string[] }): void {
    const answer = this.#openHandler({
      url: fromStandIn(details.url),
      frameName: details.windowName,
      features: details.windowFeatures.join(','),
      disposition: 'foreground-tab',
      referrer: { url: '', policy: 'no-referrer' },
    });
    if (answer.action === 'allow') throw new Error('The double cannot let a page open windows.');
  }

  async #up(message: UpMessage): Promise<void> {
    const event = createEvent({ type: 'frame', sender: this, senderFrame: this.#topFrame, processId: 1, frameId: 1 });
    const args = codec.decode(message.args) as unknown[];
    if (message.kind === 'send') {
      ipcMain.emit(message.channel, event, ...args);
      return;
    }
    try {
      const value = await ipcMain.answer(message.channel, event, args);
      this.#down({ kind: 'result', id: message.id, value: codec.encode(value) });
    } catch (error) {
      const text = `Error invoking remote method '${message.channel}': ${error}`;
      this.#down({ kind: 'failure', id: message.id, message: text });
    }
  }

  #down(message: DownMessage): void {
    if (this.#preloadContext === undefined || this.#destroyed) return;
    const expression = `down${this.#prefix}(${JSON.stringify(JSON.stringify(message))})`;
    // A page that goes away at this moment takes its messages with it, as in Electron.
    this.#cdp?.send('Runtime.evaluate', { expression, contextId: this.#preloadContext }).catch(() => {});
  }
}
