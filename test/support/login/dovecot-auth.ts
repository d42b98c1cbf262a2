// Dovecot's service that checks logins, for Postfix: every mechanism that it has, and one account. It needs root to start.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { processTree } from '../../bench/processes.ts';
import { withSbin } from '../programs.ts';
import { tempDir } from '../temp-dir.ts';
import { until } from '../until.ts';
import type { Account } from './sasl-server.ts';

/** @returns the path of its socket */
export async function startDovecotAuth(t: TestContext, { user, password }: Account): Promise<string> {
  const root = tempDir(t);
  chmodSync(root, 0o755);
  const [configuration, users, socket, base] = ['dovecot.conf', 'users', 'auth', 'base'].map(name => join(root, name));
  if (!configuration || !users || !socket || !base) throw new Error('no paths');
  mkdirSync(base);
  writeFileSync(users, `${user}:{PLAIN}${password}\n`);
  chmodSync(users, 0o644);
  writeFileSync(
    configuration,
    `base_dir = ${base}
log_path = ${join(root, 'dovecot.log')}
protocols =
ssl = no
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
passdb {
  driver = passwd-file
  args = username_format=%u ${users}
}
userdb {
  driver = static
  args = uid=dovecot gid=dovecot home=/nonexistent
}
service auth {
  unix_listener ${socket} {
    mode = 0666
  }
}
`,
  );
  const master = spawn('dovecot', ['-F', '-c', configuration], { env: withSbin(), stdio: 'ignore' });
  t.after(() => {
    for (const pid of master.pid === undefined ? [] : processTree(master.pid)) process.kill(pid, 'SIGKILL');
  });
  await until('the socket of Dovecot', () => existsSync(socket) || (master.exitCode !== null && logOf(root)));
  return socket;
}

/** Ends the wait with Dovecot's own words. */
function logOf(root: string): never {
  throw new Error(execFileSync('cat', [join(root, 'dovecot.log')], { encoding: 'utf8' }));
}
