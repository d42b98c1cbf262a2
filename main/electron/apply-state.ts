// Applies the host's state and the user's settings to the desktop: theme, tray, badge, start at login.
import { join } from 'node:path';
import { app, nativeTheme } from 'electron';
import { reasonOf } from '../../core/lib/user-error.ts';
import type { HostState } from './host-state.ts';
import { type StartCommand, syncAutostart } from './start/autostart.ts';
import type { TrayView } from './tray/tray.ts';

export interface StateApplierDeps {
  readonly tray: Pick<TrayView, 'setStatus'>;
  readonly platform: NodeJS.Platform;
  /** How the system starts this app again. */
  readonly command: StartCommand;
  readonly home: string;
  log(line: string): void;
}

export function createStateApplier({ tray, platform, command, home, log }: StateApplierDeps) {
  let startsAtLogin: boolean | undefined;

  return ({ status, settings }: HostState): void => {
    nativeTheme.themeSource = settings.theme;
    tray.setStatus(status);
    app.setBadgeCount(status.unread);
    if (settings.startAtLogin === startsAtLogin) return;
    startsAtLogin = settings.startAtLogin;
    const configDir = process.env.XDG_CONFIG_HOME || join(app.getPath('home'), '.config');
    try {
      syncAutostart({ app, platform, wanted: startsAtLogin, command, home, configDir });
    } catch (error) {
      log(`unable to change the start at login: ${reasonOf(error)}`);
    }
  };
}
