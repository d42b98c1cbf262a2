// The Chromium that comes with @sparticuz/chromium, unpacked once for a clone, with what a bare machine lacks. Test files
// start side by side: each that finds none unpacks into a directory of its own, and the first to finish gives it its name.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };

const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');
const unpacked = join(cache, `chromium-${manifest.devDependencies['@sparticuz/chromium']}`);

/** What playwright-core needs to know to start it. */
export interface InstalledChromium {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

export async function installedChromium(): Promise<InstalledChromium> {
  if (!existsSync(unpacked)) await unpack();
  // For the user as whom root's tests run it; files of other users stay as they are.
  await promisify(execFile)('chmod', ['-R', 'go+rX', unpacked]).catch(() => undefined);
  return { executablePath: join(unpacked, 'chromium'), env: { ...process.env, ...supplements(unpacked) } as never };
}

/** Environment variables that lead to the libraries and the font, where the system has none of its own. */
export function supplements(directory: string): Record<string, string> {
  const libraries = join(directory, 'al2023', 'lib');
  return {
    ...(existsSync(libraries) && { LD_LIBRARY_PATH: libraries }),
    ...(!existsSync('/etc/fonts/fonts.conf') && { FONTCONFIG_PATH: join(directory, 'fonts') }),
  };
}

async function unpack(): Promise<void> {
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(`${unpacked}.`);
  try {
    // The package unpacks into the directory for temporary files, wherever that is.
    const script = join(import.meta.dirname, 'unpack-chromium.ts');
    await promisify(execFile)(process.execPath, [script], { env: { ...process.env, TMPDIR: making } });
    await rename(making, unpacked);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (!existsSync(unpacked)) throw error; // else another one was faster
  }
}
