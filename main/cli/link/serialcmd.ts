// serialcmd: runs a shell command for each message that standard input names, for maildirserial.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFileList } from '../../../core/link/serial/file-list.ts';
import type { SerialResult } from '../../../core/link/serial/send-list.ts';
import { openSerialMessage } from '../../../core/link/serial/serial-message.ts';
import { formatResult } from '../../../core/link/serial/serial-result.ts';
import { addressFromText, displayAddress, splitAddress } from '../../../core/message/address.ts';
import { permanentExitCodes } from '../../../core/paper-path/exit-codes.ts';
import { djbReason } from '../../../core/ucspi/super-server.ts';
import type { CommandIo } from '../command-io.ts';
import { piecesOfFd } from '../read-descriptor.ts';

/** More of a command's output is dropped. */
const longestOutput = 2000;

/** @returns 0 when the command was run for all; 100 wrong usage; 111 a file or the shell is missing */
export async function run([prefix, command]: readonly string[], io: CommandIo): Promise<number> {
  if (prefix === undefined || command === undefined) {
    io.stderr.write('serialcmd: usage: serialcmd prefix command\n');
    return 100;
  }
  for await (const name of readFileList(piecesOfFd(0))) {
    try {
      const env = await environmentFor(name, addressFromText(prefix));
      if (!env) continue;
      const result = await runOn(name, command, { ...io.env, ...env });
      io.stdout.write(Buffer.from(formatResult(name, result), 'latin1'));
    } catch (error) {
      io.stderr.write(`serialcmd: fatal: unable to run the command for ${name}: ${djbReason(error)}\n`);
      return 111;
    }
  }
  return 0;
}

/** Variables about the message; undefined: it does not have the prefix. */
async function environmentFor(name: string, prefix: string): Promise<Record<string, string> | undefined> {
  await using message = await openSerialMessage(name, prefix);
  if (!message) return undefined;
  const { local, host = '' } = splitAddress(message.recipient);
  const values = { SENDER: message.sender, RECIPIENT: message.recipient, LOCAL: local, HOST: host };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, displayAddress(value)]));
}

/** The whole file is the command's standard input, so that it can seek in it and also read the envelope. */
async function runOn(name: string, command: string, env: CommandIo['env']): Promise<SerialResult> {
  const fd = openSync(Buffer.from(name, 'latin1'), 'r');
  try {
    const ageSec = Math.max(0, Math.floor((Date.now() - fstatSync(fd).mtimeMs) / 1000));
    const child = spawn('/bin/sh', ['-c', command], {
      stdio: [fd, 'pipe', 'inherit'],
      env: { ...env, AGE: String(ageSec) } as NodeJS.ProcessEnv,
    });
    const ended = once(child, 'exit') as Promise<[code: number | null]>;
    await Promise.race([once(child, 'spawn'), ended]);
    let output = '';
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      if (output.length < longestOutput) output += piece.toString('latin1');
    }
    const [code] = await ended;
    const [text = ''] = output.split('\n', 1);
    if (code === 0) return { status: 'K', text };
    return { status: code !== null && permanentExitCodes.has(code) ? 'D' : 'Z', text };
  } finally {
    closeSync(fd);
  }
}
