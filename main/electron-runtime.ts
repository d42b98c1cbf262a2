// Finds Electron's runtime, which the `electron` package downloads only on first use.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

const probeMs = 5_000;
const downloadMs = 300_000;

/** The executable, if it was downloaded already. @param packageDir node_modules/electron */
export function installedRuntime(packageDir: string, env: Env, platform: NodeJS.Platform): string | undefined {
  const pathFile = join(packageDir, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : usualName(platform);
  const path = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageDir, 'dist'), name);
  return existsSync(path) ? path : undefined;
}

/** Lets the package download its runtime, unless the server does not answer at once. */
export async function downloadRuntime(packageDir: string, env: Env): Promise<void> {
  const script = join(packageDir, 'install.js');
  if (env.ELECTRON_SKIP_BINARY_DOWNLOAD || !existsSync(script) || !(await answers(sourceOf(env)))) return;
  const child = spawn(process.execPath, [script], { stdio: 'ignore', timeout: downloadMs });
  await new Promise<void>(resolve => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

function sourceOf(env: Env): string {
  return (
    env.ELECTRON_MIRROR ?? env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/download/'
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(probeMs) });
    return true;
  } catch {
    return false;
  }
}

function usualName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}
