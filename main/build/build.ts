// Bundles what runs from dist/: the window's page, the desktop's main process and preload, and the command line. `node
// main/build/build.ts` builds all; `npm start`, the tests and `npm run dev` build the parts that they need.
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build as bundle, context } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

export type Part = 'renderer' | 'electron' | 'cli';

export interface BuildPlan {
  /** Default: all of them. */
  readonly parts?: readonly Part[];
  /** The directory for the result. Default: `dist` of this repository. */
  readonly outDir?: string;
}

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: true,
  logLevel: 'warning',
  legalComments: 'linked',
};

// Packages are not bundled: they are installed beside dist/, and koffi has native code. Nor is this file, which is needed
// only where the sources are.
const node: BuildOptions = {
  ...shared,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  packages: 'external',
  external: ['./build.ts'],
};

function rendererOptions(outDir: string): BuildOptions {
  return {
    ...shared,
    entryPoints: [
      { in: 'renderer/main.tsx', out: 'main' },
      { in: 'renderer/css/main.css', out: 'main' },
    ],
    outdir: join(outDir, 'renderer'),
    platform: 'browser',
    format: 'esm',
    target: ['chrome130', 'firefox130', 'safari18'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
  };
}

async function copyPage(outDir: string): Promise<void> {
  const to = join(outDir, 'renderer');
  await mkdir(to, { recursive: true });
  await copyFile(join(root, 'renderer', 'index.html'), join(to, 'index.html'));
  await copyFile(join(root, 'assets', 'icon.svg'), join(to, 'icon.svg'));
}

async function buildRenderer(outDir: string): Promise<void> {
  await bundle(rendererOptions(outDir));
  await copyPage(outDir);
}

// Programs that a host starts as separate processes (core/host/processes/as-user-path.ts,
// core/host/processes/process-commands.ts); it looks for them beside itself.
const besides = { 'as-user': 'core/host/processes/as-user.ts', owner: 'core/host/processes/owner.ts' };

/** One file that includes its packages: it may read no other file. */
async function buildParser(outdir: string): Promise<void> {
  // Packages that are not ES modules require Node's own.
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await bundle({
    ...node,
    packages: 'bundle',
    banner: { js },
    entryPoints: { parser: 'core/host/processes/parser.ts' },
    outdir,
  });
}

async function buildElectron(outDir: string): Promise<void> {
  const entryPoints = { main: 'main/electron/main.ts', ...besides };
  await bundle({ ...node, entryPoints, outdir: join(outDir, 'main') });
  await buildParser(join(outDir, 'main'));
  // A sandboxed preload can require nothing but Electron, so everything else must be in it.
  await bundle({
    ...shared,
    entryPoints: ['main/electron/preload.ts'],
    outfile: join(outDir, 'main', 'preload.cjs'),
    platform: 'node',
    format: 'cjs',
    external: ['electron'],
  });
}

/** In pieces: each command loads only what it needs, so that sendmail starts without the rest of the host. */
async function buildCli(outDir: string): Promise<void> {
  const outdir = join(outDir, 'cli');
  await rm(outdir, { recursive: true, force: true });
  const entryPoints = { waypost: 'main/cli/waypost.ts', ...besides };
  await bundle({ ...node, entryPoints, outdir, splitting: true });
  await buildParser(outdir);
  await chmod(join(outdir, 'waypost.js'), 0o755);
}

const builders: Record<Part, (outDir: string) => Promise<void>> = {
  renderer: buildRenderer,
  electron: buildElectron,
  cli: buildCli,
};

/** Builds the parts, replacing earlier ones. Rejects with esbuild's report when one does not build. */
export async function build({ parts = ['renderer', 'electron', 'cli'], outDir = join(root, 'dist') }: BuildPlan = {}) {
  if (parts.length === Object.keys(builders).length) await rm(outDir, { recursive: true, force: true });
  await Promise.all(parts.map(part => builders[part](outDir)));
}

/** Builds the page again after each change, until the returned function is called. */
export async function watchRenderer(outDir = join(root, 'dist')): Promise<() => Promise<void>> {
  await copyPage(outDir);
  const watching = await context({ ...rendererOptions(outDir), minify: false, logLevel: 'info' });
  await watching.watch();
  return () => watching.dispose();
}

if (import.meta.main) await build();
