// Finds the built page: beside the bundled command; run from source, it is built first when a source is newer.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const isBundled = import.meta.filename.endsWith('.js');
const root = join(import.meta.dirname, '..', '..');

/** The directory to serve the page from. */
export async function rendererDir(): Promise<string> {
  if (isBundled) return join(import.meta.dirname, '..', 'renderer');
  const built = join(root, 'dist', 'renderer');
  if (newestMs('renderer', 'core/api') > (statSync(join(built, 'main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0)) {
    const { build } = await import('./build.ts');
    await build({ parts: ['renderer'] });
  }
  return built;
}

function newestMs(...folders: readonly string[]): number {
  const files = folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()),
  );
  return Math.max(...files.map(entry => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}
