// Files that leave the window: the browser's own download.

/** Hands bytes to the browser to save. The type is neutral, so that nothing is ever opened in this window. */
export function saveFile(name: string, bytes: Blob): void {
  const url = URL.createObjectURL(bytes.slice(0, bytes.size, 'application/octet-stream'));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
