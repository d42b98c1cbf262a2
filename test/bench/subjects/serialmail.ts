// The original serialmail: a directory with its built programs, named by a variable. It sends mail and takes none.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { formatFileList } from '../../../core/link/serial/file-list.ts';
import { without } from '../../support/programs.ts';
import type { SubjectKind } from './subject.ts';

/** @returns undefined when it is not named, or there is no tcpclient for it */
export function findSerialmail(): SubjectKind | undefined {
  if (programs() === undefined || without('tcpserver') !== false) return undefined;
  return {
    name: 'serialmail',
    title: 'serialmail',
    open: () => {
      throw new Error('serialmail is not a mail server');
    },
  };
}

interface ListToSend {
  /** In the Maildir: `new/…`. */
  readonly names: readonly string[];
  readonly maildir: string;
  readonly prefix: string;
  readonly port: number;
  readonly heloHost: string;
}

/** Sends files by serialsmtp or serialqmtp under tcpclient, as maildirserial would (which reads /var/qmail). */
export async function sendByOriginal(
  protocol: 'smtp' | 'qmtp',
  { names, maildir, prefix, port, heloHost }: ListToSend,
  options: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<void> {
  const program = join(programs() ?? '', `serial${protocol}`);
  const client = [program, prefix, ...(protocol === 'smtp' ? [heloHost] : [])];
  const running = promisify(execFile)('tcpclient', ['-RHl0', '--', '127.0.0.1', String(port), ...client], {
    cwd: maildir,
    signal: options.signal,
    timeout: options.limitMs,
    encoding: 'latin1',
  });
  running.child.stdin?.end(formatFileList(names));
  const results = (await running).stdout.split('\n').slice(0, -1);
  const accepted = results.filter(result => result.split('\0')[1]?.startsWith('K'));
  if (accepted.length !== names.length) throw new Error(`${accepted.length} of ${names.length} were accepted`);
}

function programs(): string | undefined {
  return process.env.WAYPOST_SERIALMAIL || undefined;
}
