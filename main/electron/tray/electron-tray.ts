// Electron's Tray as the interface that tray.ts uses.
import { Menu, type NativeImage, Tray } from 'electron';
import type { TrayIcon } from './tray.ts';

/** @returns undefined when the system refuses */
export function makeElectronTray(image: NativeImage, log: (line: string) => void): TrayIcon | undefined {
  let tray: Tray;
  try {
    tray = new Tray(image);
  } catch (error) {
    log(`no tray icon: ${error}`);
    return undefined;
  }
  return {
    setImage: next => tray.setImage(next),
    setToolTip: tip => tray.setToolTip(tip),
    setMenu: items => tray.setContextMenu(Menu.buildFromTemplate(items)),
    onClick(listener) {
      // macOS opens the menu by itself.
      if (process.platform !== 'darwin') tray.on('click', listener);
    },
    destroy: () => tray.destroy(),
  };
}
