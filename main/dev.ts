// npm run dev: the host behind its web page, restarted when a file of the host changes; the page is built again after each
// change to it (reload to see it). The home is a temporary one in test-results, or the one that WAYPOST_HOME names.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isHome } from '../core/home/make-home.ts';
import { watchRenderer } from './build/build.ts';

const repository = join(import.meta.dirname, '..');
const scratch = join(repository, 'test-results', 'dev');
const home = process.env.WAYPOST_HOME ?? join(scratch, 'home');
const command = join(repository, 'main', 'cli', 'waypost.ts');
const listen = ['--smtp', '127.0.0.1:2525', '--ui', '127.0.0.1:2580'];

if (!isHome(home)) {
  const mailHome = join(scratch, 'mail');
  mkdirSync(mailHome, { recursive: true });
  const init = ['init', '--home', home, '--me', 'dev.example', '--user', 'me', '--mail-home', mailHome];
  const { status } = spawnSync(process.execPath, [command, ...init], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const stopWatching = await watchRenderer();
const host = spawn(process.execPath, ['--watch', command, 'serve', '--home', home, '--verbose', ...listen], {
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to both; the host then finishes its deliveries.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => host.kill('SIGTERM'));
host.on('exit', async code => {
  await stopWatching();
  process.exit(code ?? 0);
});
