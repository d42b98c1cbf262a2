// Decides what closing the window does. It must never make a running host unreachable.

export type CloseAction = 'close' | 'hide' | 'minimise';

export function closeAction(situation: {
  /** The app is quitting. */
  quitting: boolean;
  /** The user's setting. */
  closeToTray: boolean;
  /** The desktop shows our tray icon. */
  trayShown: boolean;
  platform: NodeJS.Platform;
}): CloseAction {
  if (situation.quitting) return 'close';
  // The Dock brings the window back, whatever the setting.
  if (situation.platform === 'darwin') return 'hide';
  if (!situation.closeToTray) return 'close';
  return situation.trayShown ? 'hide' : 'minimise';
}
