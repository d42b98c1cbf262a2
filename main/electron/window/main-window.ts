// The one window: made when it is first wanted, hidden rather than lost, put back where it was.
import { BrowserWindow, type NativeImage, nativeTheme, screen, type WebContents } from 'electron';
import type { CloseAction } from './close-action.ts';
import { pageUrl } from './origin.ts';
import { fitWindowState, readWindowState, smallest, writeWindowState } from './window-state.ts';

export interface MainWindow {
  /** Makes the window if need be, and brings it to the front. */
  show(): void;
  contents(): WebContents | undefined;
  /** True while the user looks at it. */
  isFocused(): boolean;
  /** Closes it for good. @returns true when the page is gone, false when the user stays, with text that is not saved */
  close(): Promise<boolean>;
}

export interface MainWindowDeps {
  readonly preload: string;
  readonly icon: NativeImage;
  /** The file that keeps size and place. */
  readonly stateFile: string;
  /** Whether the developer tools can be opened. */
  readonly devTools: boolean;
  /** What closing means at this moment. */
  closeAction(): CloseAction;
  /** Asks whether text that is not saved may be lost. @returns true: the page may go */
  mayLeave(window: BrowserWindow): Promise<boolean>;
  /** The page takes no commands until it says so again. */
  onPageLost(): void;
  log(line: string): void;
}

/** A page that crashes more often than this stays down until the window is opened again. */
const mostCrashes = 3;
/** A page that does not let go by then is closed all the same. */
const longestUnloadMs = 2_000;

export function createMainWindow(deps: MainWindowDeps): MainWindow {
  let window: BrowserWindow | undefined;
  /** The user was asked, and stays. */
  let onStay: () => void = () => undefined;

  function open(): BrowserWindow {
    const areas = screen.getAllDisplays().map(display => display.workArea);
    const { maximised, ...bounds } = fitWindowState(readWindowState(deps.stateFile), areas);
    const made = new BrowserWindow({
      ...bounds,
      minWidth: smallest.width,
      minHeight: smallest.height,
      show: false,
      title: 'Waypost',
      icon: deps.icon,
      // The page's own paper, so that nothing flashes before it is drawn.
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#15191d' : '#fbfaf7',
      webPreferences: {
        preload: deps.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        devTools: deps.devTools,
        navigateOnDragDrop: false,
        // Elsewhere Chromium would fetch dictionaries from the network.
        spellcheck: process.platform === 'darwin',
      },
    });
    if (maximised) made.maximize();
    made.once('ready-to-show', () => made.show());
    made.on('close', event => keepOrClose(made, event));
    made.on('closed', () => {
      window = undefined;
      deps.onPageLost();
    });
    watchPage(made);
    watchUnload(made);
    load(made);
    return made;
  }

  function load(made: BrowserWindow): void {
    made.loadURL(pageUrl).catch(error => deps.log(`unable to load the page: ${error}`));
  }

  function watchPage(made: BrowserWindow): void {
    let crashes = 0;
    made.webContents.on('did-start-navigation', details => {
      if (details.isMainFrame && !details.isSameDocument) deps.onPageLost();
    });
    made.webContents.on('render-process-gone', (_event, details) => {
      deps.onPageLost();
      deps.log(`the page's process ended: ${details.reason} (${details.exitCode})`);
      crashes += 1;
      if (details.reason !== 'clean-exit' && crashes <= mostCrashes && !made.isDestroyed()) load(made);
    });
  }

  /**
   * The page has text that is not saved. The question cannot be answered within the event: a dialog that blocks this process
   * would make the mail host stand still. So the page stays until there is an answer.
   */
  function watchUnload(made: BrowserWindow): void {
    let isClosing = false;
    let isAsking = false;
    made.on('close', event => {
      isClosing = !event.defaultPrevented;
    });
    made.webContents.on('will-prevent-unload', event => {
      if (!isClosing) return event.preventDefault(); // a developer's reload
      made.show();
      if (isAsking) return;
      isAsking = true;
      deps
        .mayLeave(made)
        .catch(() => false)
        .then(leaves => {
          isAsking = false;
          if (leaves) made.destroy();
          else onStay();
        });
    });
  }

  function keepOrClose(made: BrowserWindow, event: { preventDefault(): void }): void {
    saveState(made);
    const action = deps.closeAction();
    if (action === 'close') return;
    event.preventDefault();
    if (action === 'hide') made.hide();
    else made.minimize();
  }

  function saveState(made: BrowserWindow): void {
    try {
      writeWindowState(deps.stateFile, { ...made.getNormalBounds(), maximised: made.isMaximized() });
    } catch (error) {
      deps.log(`unable to keep the window's place: ${error}`);
    }
  }

  return {
    show() {
      if (!window) {
        window = open();
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    contents: () => (window && !window.isDestroyed() ? window.webContents : undefined),
    isFocused: () => window?.isFocused() ?? false,
    close() {
      const closing = window;
      if (!closing) return Promise.resolve(true);
      return new Promise(resolve => {
        const force = setTimeout(() => closing.destroy(), longestUnloadMs);
        closing.webContents.once('will-prevent-unload', () => clearTimeout(force));
        closing.once('closed', () => {
          clearTimeout(force);
          resolve(true);
        });
        onStay = () => resolve(false);
        closing.close();
      });
    },
  };
}
