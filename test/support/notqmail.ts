// notqmail's own programs on a home of a test's: /var/qmail's directories are covered by the test's for one program, in a
// mount namespace of its own, which takes root and Linux.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const bin = '/var/qmail/bin';

/** For a test's `skip` option: false when the program is there and can be run so. */
export function withoutNotqmail(program: string): string | false {
  if (!existsSync(`${bin}/${program}`)) return `no ${program} of notqmail in ${bin}`;
  const tried = spawnSync('unshare', ['-m', 'true']);
  return tried.status === 0 ? false : 'no mount namespaces for this user';
}

/** Runs it with `control` and `users` of the home instead of its own. Texts are byte strings. */
export function runNotqmail(
  home: string,
  program: string,
  args: readonly string[] = [],
  input = '',
  env: NodeJS.ProcessEnv = process.env,
): SpawnSyncReturns<string> {
  const script = `for dir in control users; do mount --bind "$0/$dir" "/var/qmail/$dir" || exit 99; done; exec "$@"`;
  const command = ['-m', 'sh', '-c', script, home, `${bin}/${program}`, ...args];
  return spawnSync('unshare', command, { input: Buffer.from(input, 'latin1'), encoding: 'latin1', env });
}
