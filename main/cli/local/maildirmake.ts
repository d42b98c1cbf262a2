// maildirmake: creates an empty Maildir that only its owner can access.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 created, 100 wrong usage, 111 a directory could not be created */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const rest = args[0] === '--' ? args.slice(1) : args;
  const [directory] = rest;
  if (!directory || rest.length > 1 || (directory.startsWith('-') && rest === args)) {
    io.stderr.write('maildirmake: usage: maildirmake name\n');
    return 100;
  }
  for (const path of [directory, join(directory, 'tmp'), join(directory, 'new'), join(directory, 'cur')]) {
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      io.stderr.write(`maildirmake: fatal: unable to mkdir ${path}: ${reasonOf(error)}\n`);
      return 111;
    }
  }
  return 0;
}
