// A directory of Exim's own. Exim needs root to start.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { tempDir } from './temp-dir.ts';

/** Makes it, with a configuration that ends with these lines; `main` comes before its ACLs, `refusals` are those of recipients. */
export function eximHome(
  t: TestContext,
  lines: (inbox: string) => string,
  main = '',
  refusals = '',
): { config: string; log(): string; inbox: string } {
  const home = tempDir(t);
  const [inbox, spool, logs] = ['inbox', 'spool', 'logs'].map(name => join(home, name)) as [string, string, string];
  chmodSync(home, 0o755);
  const [uid, gid] = ['-u', '-g'].map(which =>
    Number(spawnSync('id', [which, 'Debian-exim'], { encoding: 'utf8' }).stdout),
  );
  for (const path of [inbox, spool, logs]) {
    mkdirSync(path);
    chownSync(path, Number(uid), Number(gid));
  }
  const config = join(home, 'exim.conf');
  const first = `primary_hostname = exim.example
spool_directory = ${spool}
log_file_path = ${logs}/%s
qualify_domain = exim.example
acl_smtp_rcpt = accept_all
${main.includes('tls_advertise_hosts') ? '' : 'tls_advertise_hosts ='}
host_lookup =
rfc1413_query_timeout = 0s
trusted_users = root
deliver_drop_privilege = true
never_users =
message_size_limit = 50M
${main}begin acl
accept_all:
${refusals}  accept
`;
  writeFileSync(config, first + lines(inbox));
  return { config, inbox, log: () => readFileSync(join(logs, 'main'), 'latin1') };
}
