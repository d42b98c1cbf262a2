// maildirserial: sends the messages of a Maildir through a client program, such as tcpclient with serialsmtp.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseOptions } from '../../../core/lib/process/getopt.ts';
import { formatFileList } from '../../../core/link/serial/file-list.ts';
import { type SerialClient, SerialFailure } from '../../../core/link/serial/maildir-serial.ts';
import { createResultReader } from '../../../core/link/serial/serial-result.ts';
import { djbReason } from '../../../core/ucspi/super-server.ts';
import type { CommandIo } from '../command-io.ts';
import { leadingNumber } from '../receive/tcp-options.ts';
import { runMaildirserial } from './run-maildirserial.ts';

/** @returns 0 nothing is left, 100 wrong usage, 111 something is left */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const options = { bounces: false, lifetimeSec: undefined as number | undefined };
  const rest = parseOptions(args, { valued: 't' }, (letter, value) => {
    if (letter === 'b') options.bounces = true;
    else if (letter === 't') options.lifetimeSec = leadingNumber(value);
    else return false;
    return true;
  });
  const [directory, prefix, ...client] = rest ?? [];
  if (directory === undefined || prefix === undefined || client.length === 0) {
    io.stderr.write('maildirserial: usage: maildirserial [ -b ] [ -t lifetime ] dir prefix client [ arg ... ]\n');
    return 100;
  }
  return runMaildirserial({ directory, prefix, ...options, client: programClient(client, io.env) }, io);
}

/** A program that reads file names and writes results. */
function programClient([program = '', ...args]: readonly string[], env: CommandIo['env']): SerialClient {
  return async (names, onResult) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: env as NodeJS.ProcessEnv });
    const ended = once(child, 'exit') as Promise<[code: number | null]>;
    try {
      await Promise.race([once(child, 'spawn'), ended]);
    } catch (error) {
      throw new SerialFailure(`unable to run ${program}: ${djbReason(error)}`);
    }
    // A client may end, or stop reading, before the end of the list.
    child.stdin.on('error', () => {});
    child.stdin.end(formatFileList(names));
    const reader = createResultReader();
    for await (const piece of child.stdout) {
      for (const { name, result } of reader.push(piece)) onResult(name, result);
    }
    const [code] = await ended;
    return code === null ? { kind: 'crashed' } : { kind: 'exited', code };
  };
}
