// The app's one window: created when it is first shown, hidden rather than lost, put back where it was.
import { BrowserWindow, type NativeImage, screen, type WebContents } from 'electron';
import type { CloseAction } from './close-action.ts';
import { pageUrl } from './origin.ts';
import { watchPage } from './page-crashes.ts';
import { askBeforeUnload } from './unload-question.ts';
import { windowOptions } from './window-options.ts';
import { fitWindowState, readWindowState, writeWindowState } from './window-state.ts';

export interface MainWindow {
  /** Creates the window if there is none, and brings it to the front. */
  show(): void;
  contents(): WebContents | undefined;
  /** True while the user looks at it. */
  isFocused(): boolean;
  /** Closes the window, to end. @returns false when the user stays, with text that is not saved */
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

/** A page that has not unloaded by then is closed anyway. */
const longestUnloadMs = 2_000;

export function createMainWindow(deps: MainWindowDeps): MainWindow {
  let window: BrowserWindow | undefined;
  /** The user was asked, and stays. */
  let onStay: () => void = () => undefined;

  function open(): BrowserWindow {
    const areas = screen.getAllDisplays().map(display => display.workArea);
    const { maximised, ...bounds } = fitWindowState(readWindowState(deps.stateFile), areas);
    const made = new BrowserWindow(windowOptions(bounds, deps));
    const load = () => {
      made.loadURL(pageUrl).catch(error => deps.log(`unable to load the page: ${error}`));
    };
    if (maximised) made.maximize();
    made.once('ready-to-show', () => made.show());
    made.on('close', event => keepOrClose(made, event));
    made.on('closed', () => {
      window = undefined;
      deps.onPageLost();
    });
    watchPage(made, { load, onPageLost: deps.onPageLost, log: deps.log });
    askBeforeUnload(made, { mayLeave: deps.mayLeave, onStay: () => onStay() });
    load();
    return made;
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
      deps.log(`unable to save the window's place: ${error}`);
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
