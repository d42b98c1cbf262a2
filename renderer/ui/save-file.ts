/** Hands bytes to the browser to save. The type is neutral, so that nothing is ever opened in this window. */
export function saveBase64(name: string, base64: string): void {
  const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
