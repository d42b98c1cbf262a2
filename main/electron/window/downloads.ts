// Saves attachments through the system's dialog, under a safe name.
import { join } from 'node:path';
import type { Session } from 'electron';
import { safeFileName } from '../../../core/message/body/file-name.ts';
import { origin } from './origin.ts';

/** Asks where to save each file from the page; other downloads are refused. */
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
