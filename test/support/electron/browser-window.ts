// BrowserWindow: a page of Chromium in a window that exists as state only, since headless Chromium shows none.
import { EventEmitter } from 'node:events';
import type { Page, Route } from 'playwright-core';
import { app } from './app.ts';
import { type Chromium, pageOf, startChromium } from './chromium.ts';
import { announce } from './control.ts';
import { nativeTheme } from './native-theme.ts';
import { session } from './session.ts';
import { createEvent, WebContents, type WebPreferences } from './web-contents.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Options extends Partial<Bounds> {
  show?: boolean;
  title?: string;
  webPreferences?: WebPreferences;
}

/** Chromium itself stays strict whatever is asked for, so asking for less must not go unnoticed. */
const weakening = {
  contextIsolation: false,
  sandbox: false,
  nodeIntegration: true,
  nodeIntegrationInWorker: true,
  nodeIntegrationInSubFrames: true,
  webSecurity: false,
  allowRunningInsecureContent: true,
  experimentalFeatures: true,
  webviewTag: true,
};

const windows = new Set<BrowserWindow>();
let chromium: Promise<Chromium> | undefined;
let lastId = 0;

function theChromium(): Promise<Chromium> {
  chromium ??= startChromium(answer).then(started => {
    announce(started.debugPort);
    return started;
  });
  return chromium;
}

async function answer(route: Route): Promise<void> {
  const from = pageOf(route);
  const contents = from && [...windows].find(window => window.owns(from.page))?.webContents;
  if (!contents) return route.abort('aborted');
  const request = route.request();
  if (request.isNavigationRequest() && !contents.mayNavigate(request.url(), from.isMainFrame)) {
    return route.abort('aborted');
  }
  await contents.session.answer(route);
}

export class BrowserWindow extends EventEmitter {
  readonly id: number;
  readonly webContents: WebContents;
  #page: Page | undefined;
  #bounds: Bounds;
  #state = { visible: false, minimised: false, maximised: false, focused: false, destroyed: false };

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  constructor(options: Options = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    const preferences = options.webPreferences ?? {};
    for (const [name, value] of Object.entries(weakening)) {
      if (preferences[name] === value) throw new Error(`The double does not run with ${name}: ${value}`);
    }
    if (preferences.enableBlinkFeatures) throw new Error('The double does not run with enableBlinkFeatures');
    lastId += 1;
    this.id = lastId;
    this.#bounds = {
      x: options.x ?? 100,
      y: options.y ?? 100,
      width: options.width ?? 800,
      height: options.height ?? 600,
    };
    windows.add(this);
    this.webContents = new WebContents(this.#open(), session.defaultSession, preferences);
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show', createEvent()));
    app.emit('web-contents-created', createEvent(), this.webContents);
    app.emit('browser-window-created', createEvent(), this);
    if (options.show !== false) this.show();
  }

  /** True for the page that this window shows. */
  owns(page: Page): boolean {
    return this.#page === page;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  show(): void {
    const wasVisible = this.#state.visible;
    this.#state.visible = true;
    this.#state.focused = true;
    if (!wasVisible) this.emit('show', createEvent());
  }

  hide(): void {
    this.#state.visible = false;
    this.#state.focused = false;
    this.emit('hide', createEvent());
  }

  focus(): void {
    this.#state.focused = true;
  }

  blur(): void {
    this.#state.focused = false;
  }

  minimize(): void {
    this.#state.minimised = true;
    this.#state.focused = false;
    this.emit('minimize', createEvent());
  }

  restore(): void {
    this.#state.minimised = false;
  }

  maximize(): void {
    this.#state.maximised = true;
    this.show();
  }

  isVisible = (): boolean => this.#state.visible;
  isMinimized = (): boolean => this.#state.minimised;
  isMaximized = (): boolean => this.#state.maximised;
  isFocused = (): boolean => this.#state.focused;
  isDestroyed = (): boolean => this.#state.destroyed;
  getBounds = (): Bounds => ({ ...this.#bounds });
  getNormalBounds = (): Bounds => ({ ...this.#bounds });

  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    this.#page?.setViewportSize({ width: this.#bounds.width, height: this.#bounds.height }).catch(() => {});
    this.emit('resize', createEvent());
  }

  /** The page may keep it open, unless a listener of `will-prevent-unload` lets it go. @returns false when a listener kept it open */
  close(): boolean {
    const event = createEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    this.webContents
      .page()
      .then(page => page.close({ runBeforeUnload: true }))
      .catch(() => this.destroy());
    return true;
  }

  /** The page goes without being asked; `closed` comes when it is gone. */
  destroy(): Promise<void> {
    if (this.#state.destroyed) return Promise.resolve();
    return this.webContents
      .page()
      .then(page => page.close())
      .catch(() => this.#gone());
  }

  #gone(): void {
    if (this.#state.destroyed) return;
    this.#state = { visible: false, minimised: false, maximised: false, focused: false, destroyed: true };
    windows.delete(this);
    this.webContents.markDestroyed();
    this.emit('closed');
    if (windows.size === 0) app.emit('window-all-closed');
  }

  async #open(): Promise<Page> {
    const { context } = await theChromium();
    const page = await context.newPage();
    this.#page = page;
    page.on('close', () => this.#gone());
    await page.setViewportSize({ width: this.#bounds.width, height: this.#bounds.height });
    await page.emulateMedia({ colorScheme: nativeTheme.shouldUseDarkColors ? 'dark' : 'light' });
    nativeTheme.on('updated', () => {
      page.emulateMedia({ colorScheme: nativeTheme.shouldUseDarkColors ? 'dark' : 'light' }).catch(() => {});
    });
    return page;
  }
}

/** For app: all windows, and Chromium behind them. */
export const windowList = {
  closeAll: () => [...windows].every(window => window.close()),
  async destroyAll() {
    await (await chromium)?.close();
  },
};
