// Writes a file that forwards a browser to the page. Programs that open addresses show their arguments to every user of the
// machine, so they get the name of this file, which only its owner can read, and the file contains the address with its key.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateDirectory } from '../../lib/disk/private-directory.ts';

/** Creates the directory, closed to others, and removes what a host that was killed left in it. */
export function openForwardingFiles(directory: string): void {
  ensurePrivateDirectory(directory);
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { force: true });
}

/** @returns the path of a new file that forwards to `url` */
export function writeForwardingFile(directory: string, name: string, url: string): string {
  const path = join(directory, `${name}.html`);
  const address = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${address}">
<title>Waypost</title>
<p><a href="${address}">Open Waypost</a></p>
</html>
`;
  writeFileSync(path, html, { flag: 'wx', mode: 0o600 });
  return path;
}
