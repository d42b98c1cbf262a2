// The module that `import … from 'electron'` gets in the double: as much of Electron as main/electron uses.
import { app } from './app.ts';

export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { dialog, Menu, Notification, nativeImage, net, powerMonitor, screen, shell, Tray } from './native.ts';
export { nativeTheme } from './native-theme.ts';
export { session } from './session.ts';

export const protocol = {
  registerSchemesAsPrivileged(schemes: readonly { scheme: string }[]): void {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme } of schemes) {
      if (scheme !== 'app') throw new Error('The double knows one scheme of an app: app');
    }
  },
};
