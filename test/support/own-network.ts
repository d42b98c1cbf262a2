// A network namespace for tests whose peers need addresses and ports that the loopback of this machine cannot give: port 25
// of a mail exchanger elsewhere. No process in it can reach the outside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { without } from './programs.ts';

/** Addresses that answer inside, and are not this machine's own: TEST-NET-1 (RFC 5737). */
const network = '192.0.2.0/24';
const inside = 'WAYPOST_TEST_OWN_NETWORK';

/**
 * A test that runs in a network of its own, where any port of any address in 192.0.2.0/24 can be listened on. The file that
 * calls this is started again in there for this one test: all its tests are to be of this kind.
 * @param file the file of the test
 * @param skip why it cannot run, besides
 */
export function testInOwnNetwork(
  file: string,
  title: string,
  run: (t: TestContext) => Promise<void>,
  skip: string | false = false,
): void {
  if (process.env[inside] === title) test(title, run);
  else if (!process.env[inside]) test(title, { skip: whyNot() || skip }, t => runInside(t, file, title));
}

function whyNot(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux, for a network namespace';
  return without('unshare') || without('ip');
}

async function runInside(t: TestContext, file: string, title: string): Promise<void> {
  const script = `ip link set lo up && ip route add local ${network} dev lo && exec "$0" --test --test-reporter=tap "$1"`;
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const child = spawn('unshare', ['-n', 'sh', '-c', script, process.execPath, file], {
    env: { ...environment, [inside]: title },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // After a time limit, too, nothing of it may keep this file's process alive.
  t.after(() => killGroup(child.pid));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (said += text));
  const [code] = await once(child, 'close');
  if (code !== 0 || !/^# pass [1-9]/m.test(said)) throw new Error(`in its own network the test failed:\n${said}`);
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}
