// Unpacks Chromium into TMPDIR, and its libraries too if it does not start with the system's own.
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';
import { supplements } from './chromium.ts';

const path = await chromium.executablePath();
if (!starts()) {
  const build = dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')));
  await inflate(join(build, '..', 'bin', 'al2023.tar.br'));
  if (!starts())
    throw new Error(`${path} does not start on this machine; ldd ${path} says which libraries are missing.`);
}

function starts(): boolean {
  try {
    execFileSync(path, ['--version'], { env: { ...process.env, ...supplements(tmpdir()) }, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
