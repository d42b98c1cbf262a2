// Attachments leave the window through the system's save dialog, under a name that is only a name.
import { join } from 'node:path';
import type { Session } from 'electron';
import { safeFileName } from '../../../core/message/body/file-name.ts';
import { origin } from './origin.ts';

/** Asks where to put each file that the page hands out; downloads from anywhere else do not happen. */
export function saveDownloads(session: Pick<Session, 'on'>, folder: string): void {
  session.on('will-download', (event, item) => {
    if (!isFromPage(item.getURL())) {
      event.preventDefault();
      return;
    }
    item.setSaveDialogOptions({ defaultPath: join(folder, safeFileName(item.getFilename()) || 'attachment') });
  });
}

function isFromPage(url: string): boolean {
  return url.startsWith(`blob:${origin}/`) || url.startsWith('data:');
}
