// Dovecot as the server of a provider: POP3 and IMAP, in the clear and by TLS, on free ports of 127.0.0.1. It serves one Maildir
// to every user whose password is `sesame`.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { person } from './host-process.ts';
import { withSbin } from './programs.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface Dovecot {
  readonly ports: { readonly pop3: number; readonly pop3s: number; readonly imap: number; readonly imaps: number };
  /** A file with the certificate of its authority, which is for localhost and 127.0.0.1. */
  readonly authority: string;
  readonly maildir: string;
  /** Puts a message into a folder (`''`: INBOX), with CR LF or LF. */
  put(name: string, text: string, folder?: string): void;
  /** The files of a folder's messages. */
  names(folder?: string): string[];
  /** Forgets its UIDs: INBOX gets another UIDVALIDITY. */
  renumber(): void;
  log(): string;
}

const tls = join(import.meta.dirname, '..', 'fixtures', 'tls');
const password = 'sesame';

/** @param more lines for its configuration */
export async function startDovecot(t: TestContext, more: readonly string[] = []): Promise<Dovecot> {
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  const maildir = join(directory, 'Maildir');
  const [pop3 = 0, pop3s = 0, imap = 0, imaps = 0] = await Promise.all([1, 2, 3, 4].map(freePort));
  for (const name of ['cert.pem', 'key.pem']) writeFileSync(join(directory, name), readFileSync(join(tls, name)));
  const user = process.getuid?.() === 0 ? 'nobody' : userInfo().username;
  const { uid = process.getuid?.(), gid = process.getgid?.() } = person;
  const lines = [
    'protocols = pop3 imap',
    'listen = 127.0.0.1',
    `base_dir = ${join(directory, 'base')}`,
    `log_path = ${join(directory, 'log')}`,
    'ssl = yes',
    `ssl_cert = <${join(directory, 'cert.pem')}`,
    `ssl_key = <${join(directory, 'key.pem')}`,
    'disable_plaintext_auth = no',
    `mail_location = maildir:${maildir}`,
    `default_internal_user = ${user}`,
    `default_internal_group = ${user === 'nobody' ? 'nogroup' : user}`,
    `default_login_user = ${user}`,
    'stats_writer_socket_path =',
    'mail_fsync = never',
    `passdb {\n  driver = static\n  args = password=${password}\n}`,
    `userdb {\n  driver = static\n  args = uid=${uid} gid=${gid} home=${directory}\n}`,
    `service pop3-login {\n  chroot =\n  inet_listener pop3 {\n    port = ${pop3}\n  }\n  inet_listener pop3s {\n    port = ${pop3s}\n  }\n}`,
    `service imap-login {\n  chroot =\n  inet_listener imap {\n    port = ${imap}\n  }\n  inet_listener imaps {\n    port = ${imaps}\n  }\n}`,
    ...more,
  ];
  writeFileSync(join(directory, 'dovecot.conf'), `${lines.join('\n')}\n`);
  const own = (path: string) => {
    if (person.uid !== undefined && person.gid !== undefined) chownSync(path, person.uid, person.gid);
  };
  const pathOf = (folder: string) => (folder === '' ? maildir : join(maildir, `.${folder}`));
  const make = (folder: string) => {
    for (const path of [pathOf(folder), ...['tmp', 'new', 'cur'].map(name => join(pathOf(folder), name))]) {
      if (existsSync(path)) continue;
      mkdirSync(path);
      own(path);
    }
  };
  make('');
  const child = spawn('dovecot', ['-F', '-c', join(directory, 'dovecot.conf')], { env: withSbin(), stdio: 'ignore' });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const log = () => (existsSync(join(directory, 'log')) ? readFileSync(join(directory, 'log'), 'utf8') : '');
  await until('Dovecot starts', () => log().includes('starting up'));
  return {
    ports: { pop3, pop3s, imap, imaps },
    authority: join(directory, 'cert.pem'),
    maildir,
    put(name, text, folder = '') {
      make(folder);
      const path = join(pathOf(folder), 'new', name);
      writeFileSync(path, text);
      own(path);
    },
    names: (folder = '') => ['new', 'cur'].flatMap(part => readdirSync(join(pathOf(folder), part))).sort(),
    renumber() {
      for (const name of readdirSync(maildir)) if (name.startsWith('dovecot')) rmSync(join(maildir, name));
    },
    log,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
