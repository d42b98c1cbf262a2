// Dovecot's IMAP server and mbsync on Maildirs of a test: no daemon, no ports, no passwords. A client of Dovecot is a child
// that has logged in already, as by ssh; mbsync talks to Dovecot in the same way.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { person } from './host-process.ts';
import { withSbin } from './programs.ts';

/** One Maildir, served by Dovecot. */
export interface ImapServer {
  readonly maildir: string;
  /** For mbsync's `Tunnel`. */
  readonly command: string;
  connect(t: TestContext): Promise<ImapClient>;
}

export interface ImapClient {
  /** Sends one command and resolves with the untagged lines. Rejects when the server does not answer OK. */
  command(text: string): Promise<string[]>;
  end(): Promise<void>;
}

const env = (directory: string) => ({ ...withSbin(), HOME: directory, USER: 'tester' });

/**
 * @param directory for Dovecot's configuration and log; the person's
 * @param layout `maildir++` (default), or `fs`: folders are directories by their own names
 */
export function imapServer(directory: string, maildir: string, layout: 'maildir++' | 'fs' = 'maildir++'): ImapServer {
  mkdirSync(directory, { recursive: true });
  const configuration = join(directory, 'dovecot.conf');
  const lines = [
    'protocols = imap',
    `log_path = ${join(directory, 'dovecot.log')}`,
    `base_dir = ${join(directory, 'base')}`,
    'stats_writer_socket_path =',
    `mail_location = maildir:${maildir}:LAYOUT=${layout}`,
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  if (person.uid !== undefined && person.gid !== undefined) chownSync(directory, person.uid, person.gid);
  const program = join(
    execFileSync('doveconf', ['-h', 'libexec_dir'], { env: withSbin(), encoding: 'utf8' }).trim(),
    'imap',
  );
  return {
    maildir,
    command: `${program} -c ${configuration}`,
    async connect(t) {
      const child = spawn(program, ['-c', configuration], {
        env: env(directory),
        stdio: ['pipe', 'pipe', 'ignore'],
        ...person,
      });
      t.after(() => child.kill('SIGKILL'));
      const client = createClient(child);
      await client.greeted;
      return client;
    },
  };
}

function createClient(child: ChildProcess): ImapClient & { greeted: Promise<void> } {
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('the server has no pipes');
  const lines = linesOf(stdout);
  let count = 0;
  return {
    greeted: lines.next().then(({ value }) => {
      if (!String(value).startsWith('* PREAUTH')) throw new Error(`greeted with: ${value}`);
    }),
    async command(text) {
      const tag = `a${++count}`;
      stdin.write(`${tag} ${text}\r\n`);
      const untagged: string[] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`the server ended at: ${text}`);
        if (value.startsWith(`${tag} OK`)) return untagged;
        if (value.startsWith(`${tag} `)) throw new Error(`${text}: ${value}`);
        untagged.push(value);
      }
    },
    async end() {
      stdin.end('z LOGOUT\r\n');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const piece of stream) {
    const lines = (rest + (piece as Buffer).toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return undefined;
}

/**
 * Writes a configuration by which mbsync keeps a Maildir and a server the same: all folders, both ways, deletions too.
 * @returns runs mbsync once; resolves with its exit code and what it said
 */
export function mbsyncBetween(directory: string, near: string, far: ImapServer) {
  mkdirSync(directory, { recursive: true });
  const configuration = join(directory, 'mbsyncrc');
  const lines = [
    'IMAPAccount far',
    `Tunnel "${far.command}"`,
    '',
    'IMAPStore far',
    'Account far',
    '',
    'MaildirStore near',
    `Inbox ${near}`,
    'SubFolders Maildir++',
    '',
    'Channel all',
    'Far :far:',
    'Near :near:',
    'Patterns *',
    'Create Both',
    'Expunge Both',
    `SyncState ${join(directory, 'state')}/`,
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  mkdirSync(join(directory, 'state'), { recursive: true });
  for (const path of [directory, join(directory, 'state')]) {
    if (person.uid !== undefined && person.gid !== undefined) chownSync(path, person.uid, person.gid);
  }
  return async (): Promise<{ code: number; text: string }> => {
    try {
      const done = await promisify(execFile)('mbsync', ['-c', configuration, '-a'], { env: env(directory), ...person });
      return { code: 0, text: done.stdout + done.stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, text: stdout + stderr };
    }
  };
}
