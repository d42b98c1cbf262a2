// The command that starts this app again: for the login item and for mail links.
import type { StartCommand } from './autostart.ts';

export function startCommand(now: {
  execPath: string;
  /** The file of the AppImage, if the app runs from one: everything else is on a temporary mount. */
  appImage: string | undefined;
  isPackaged: boolean;
  appPath: string;
  /** The home, if it is not the default one. */
  home: string | undefined;
}): StartCommand {
  return {
    program: now.appImage ?? now.execPath,
    args: [...(now.isPackaged ? [] : [now.appPath]), ...(now.home ? ['--home', now.home] : [])],
  };
}
