// tcprules: reads rules on standard input and puts their database in the place of the old one, whole or not at all.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { BadTcpRule, parseTcpRules } from '../../../core/control/tcp-rules.ts';
import { encodeCdb } from '../../../core/lib/cdb-writer.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

const usageError = 100;
const temporary = 111;

/** @returns 0 done, 100 a rule makes no sense (the old database is untouched), 111 a file cannot be written */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [path, temporaryPath] = args;
  if (!path || !temporaryPath) return complain(io, 'usage: tcprules rules.cdb rules.tmp', usageError);
  let raw: Buffer;
  try {
    raw = encodeCdb(parseTcpRules((await buffer(io.stdin)).toString('latin1')));
  } catch (error) {
    if (error instanceof BadTcpRule) return complain(io, `fatal: ${error.message}`, usageError);
    return complain(io, `fatal: unable to read input: ${reasonOf(error)}`, temporary);
  }
  try {
    writeDurably(temporaryPath, raw);
  } catch (error) {
    return complain(io, `fatal: unable to create ${temporaryPath}: ${reasonOf(error)}`, temporary);
  }
  try {
    renameSync(temporaryPath, path);
  } catch (error) {
    return complain(io, `fatal: unable to move ${temporaryPath} to ${path}: ${reasonOf(error)}`, temporary);
  }
  return 0;
}

function writeDurably(path: string, raw: Uint8Array): void {
  const fd = openSync(path, 'w', 0o644);
  try {
    for (let at = 0; at < raw.length; ) at += writeSync(fd, raw, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function complain(io: CommandIo, text: string, exitCode: number): number {
  io.stderr.write(Buffer.from(`tcprules: ${text}\n`, 'latin1'));
  return exitCode;
}
