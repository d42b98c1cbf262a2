// How the window is created: its look, and what its page may not do.
import { type BrowserWindowConstructorOptions, type NativeImage, nativeTheme } from 'electron';
import { smallest, type WindowState } from './window-state.ts';

export function windowOptions(
  bounds: Omit<WindowState, 'maximised'>,
  { preload, icon, devTools }: { preload: string; icon: NativeImage; devTools: boolean },
): BrowserWindowConstructorOptions {
  return {
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Waypost',
    icon,
    // The page's own background, so that nothing flashes before it is drawn.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#15191d' : '#fbfaf7',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      devTools,
      navigateOnDragDrop: false,
      // On other systems Chromium would fetch dictionaries from the network.
      spellcheck: process.platform === 'darwin',
    },
  };
}
