// Attachments leave the window through the system's save dialog, under a name that is only a name.
import { join } from 'node:path';
import type { Session } from 'electron';
import { trimEndOf } from '../../core/lib/trim-end.ts';
import { origin } from './origin.ts';

/** Asks where to put each file that the page hands out; downloads from anywhere else do not happen. */
export function saveDownloads(session: Pick<Session, 'on'>, folder: string): void {
  session.on('will-download', (event, item) => {
    if (!isFromPage(item.getURL())) {
      event.preventDefault();
      return;
    }
    item.setSaveDialogOptions({ defaultPath: join(folder, safeFileName(item.getFilename())) });
  });
}

function isFromPage(url: string): boolean {
  return url.startsWith(`blob:${origin}/`) || url.startsWith('data:');
}

const longestNameBytes = 200;

/** A file name from a message, made harmless on every system: no folders, no tricks with direction or dots, no devices. */
export function safeFileName(name: string): string {
  const beginning = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/[/\\:*?"<>|]/g, '_')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[. ]+/, '');
  const cleaned = trimEndOf(beginning, '. ');
  const usable = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(cleaned) ? `_${cleaned}` : cleaned;
  return shorten(usable) || 'attachment';
}

/** Keeps the ending, which tells what the file is. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= longestNameBytes) return name;
  const ending = /\.[^.]{1,20}$/.exec(name)?.[0] ?? '';
  let stem = name.slice(0, name.length - ending.length);
  while (Buffer.byteLength(stem + ending) > longestNameBytes) stem = [...stem].slice(0, -1).join('');
  return stem + ending;
}
