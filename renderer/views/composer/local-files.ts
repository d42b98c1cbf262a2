// Reads files that the browser hands over.
import type { LocalFile } from '../../models/compose/attaching.ts';

/** The browser's files as the composer takes them. */
export function localFiles(files: readonly File[]): LocalFile[] {
  return files.map(file => ({ name: file.name, type: file.type, size: file.size, base64: () => readBase64(file) }));
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error(`unable to read ${file.name}`));
    reader.readAsDataURL(file);
  });
}
