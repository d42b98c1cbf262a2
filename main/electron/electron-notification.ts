// Shows notifications through Electron.
import { type NativeImage, Notification } from 'electron';
import type { NotificationText } from './notifications.ts';

/** Each notification is kept until it is clicked or closed; otherwise its click could get lost. */
export function createNotifier(icon: NativeImage): (content: NotificationText, onClick: () => void) => void {
  const open = new Set<Notification>();
  return (content, onClick) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ ...content, icon });
    open.add(notification);
    const forget = () => open.delete(notification);
    notification.on('click', () => {
      forget();
      onClick();
    });
    notification.on('close', forget);
    notification.on('failed', forget);
    notification.show();
  };
}
