// How the system can start this very app again: for login items, mail links and the like.
import type { StartCommand } from './autostart.ts';

export function startCommand(now: {
  execPath: string;
  /** Set when the app runs from an AppImage: its own file, the rest is a mount that will be gone. */
  appImage: string | undefined;
  isPackaged: boolean;
  appPath: string;
  /** The home, if it is not the usual one. */
  home: string | undefined;
}): StartCommand {
  return {
    program: now.appImage ?? now.execPath,
    args: [...(now.isPackaged ? [] : [now.appPath]), ...(now.home ? ['--home', now.home] : [])],
  };
}
