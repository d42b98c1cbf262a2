// Saves a file through the browser's own download.

/** The type is neutral, so that the browser never opens the file in this window. */
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
