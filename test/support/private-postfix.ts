// A Postfix of the test's own: its configuration, its queue and its log in one directory. It needs root to start.
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort, processTree } from '../bench/processes.ts';
import { masterCf } from '../bench/subjects/postfix-files.ts';
import { waitForPort } from '../bench/wait-for-port.ts';
import { runWith, withSbin } from './programs.ts';
import { tempDir } from './temp-dir.ts';

export interface PrivatePostfix {
  readonly port: number;
  /** A directory for mailboxes, which the user `postfix` owns. */
  readonly mail: string;
  log(): string;
}

/**
 * @param main the last lines of main.cf; `mail` is the directory for mailboxes, the ID that of the user `postfix`
 * @param services lines of master.cf besides those that every mail needs
 */
export async function startPostfix(
  t: TestContext,
  main: (mail: string, mailUid: number) => string,
  services = '',
): Promise<PrivatePostfix> {
  const [root, port, env] = [tempDir(t), await freePort(), withSbin()];
  chmodSync(root, 0o755);
  const paths = ['etc', 'spool', 'data', 'mail'].map(name => join(root, name));
  const [config, spool, data, mail] = paths as [string, string, string, string];
  for (const path of paths) mkdirSync(path, { mode: 0o755 });
  const log = join(root, 'maillog');
  writeFileSync(log, '');
  const uid = Number(await runWith('id', ['-u', 'postfix'], '', env));
  for (const path of [data, mail, log]) chownSync(path, uid, 0);
  writeFileSync(join(config, 'master.cf'), masterCf({ root, port, relayPort: 0, mailUid: uid }) + services);
  const first = `compatibility_level = 3.6
queue_directory = ${spool}
data_directory = ${data}
maillog_file = ${log}
maillog_file_prefixes = ${root}
myhostname = hub.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
`;
  writeFileSync(join(config, 'main.cf'), first + main(mail, uid));
  await runWith('postfix', ['-c', config, 'check'], '', env);
  const daemons = (await runWith('postconf', ['-d', '-h', 'daemon_directory'], '', env)).trim();
  const master = execFile(join(daemons, 'master'), ['-s', '-c', config], { env });
  t.after(() => {
    for (const pid of master.pid === undefined ? [] : processTree(master.pid)) process.kill(pid, 'SIGKILL');
  });
  await waitForPort(port, { signal: t.signal, limitMs: 60_000 });
  return { port, mail, log: () => readFileSync(log, 'latin1') };
}
