// $QMAILREMOTE: a program that replaces qmail-remote, for example a signer or gateway (notqmail's qmail-rspawn). It is run once for each
// recipient, as `program host sender recipient` with the message on fd 0, and prints its reports on fd 1 or 2.
import { spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode } from '../lib/user-error.ts';
import { displayAddress, splitAddress } from '../message/address.ts';
import { later, never, type Outcome } from '../paper-path/outcome.ts';
import type { Deliver, DeliveryJob } from '../paper-path/shapes.ts';
import { readProgramReport } from './read-remote-report.ts';

const maxOutputBytes = 64 * 1024;

/** @param program a path, or a name that is searched in PATH */
export function createProgramDeliver(
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
): Deliver {
  return async job => {
    const args = [splitAddress(job.recipient).host ?? '', job.sender, job.recipient];
    const texts = args.map(displayAddress);
    // Node passes arguments as UTF-8: other bytes would be changed.
    if (texts.some((text, at) => Buffer.from(text).toString('latin1') !== args[at])) {
      return never("Sorry, I can't hand an address that is not UTF-8 to $QMAILREMOTE. (#5.1.3)\n", '5.1.3');
    }
    await using message = await openMessage(job);
    return message ? run(program, texts, environment, message) : later('Unable to read message. (#4.3.0)\n');
  };
}

function openMessage({ path }: DeliveryJob): Promise<FileHandle | undefined> {
  return open(path).catch(() => undefined);
}

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  message: FileHandle,
): Promise<Outcome> {
  return new Promise(resolve => {
    const child = spawn(program, args, { stdio: [message.fd, 'pipe', 'pipe'], env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', piece => {
        if (output.length < maxOutputBytes) output += piece.toString('latin1');
      });
    }
    child.once('error', error => resolve(readProgramReport(isForGood(error) ? 100 : 111, '')));
    child.once('close', code => resolve(readProgramReport(code, output)));
  });
}

/** As in qmail: a missing program is a permanent failure, one that cannot be started now a temporary one. */
function isForGood(error: Error): boolean {
  return ['ENOENT', 'EACCES', 'ENOEXEC', 'ENOTDIR'].includes(errorCode(error) ?? '');
}
