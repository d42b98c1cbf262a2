// qmail-newmrh: makes control/morercpthosts.cdb from control/morercpthosts; SMTP reads only the database.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CdbRecord } from '../lib/disk/cdb.ts';
import { publishCdb } from '../lib/disk/publish-cdb.ts';
import { trimEndOf } from '../lib/text/trim-end.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { lowerAscii } from '../message/address.ts';

/** @throws UserError with exit code 111 and qmail-newmrh's words; the old database is then intact */
export async function newMoreRcptHosts(home: string): Promise<void> {
  if (!statSync(home, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`unable to chdir to ${home}: no such directory`, { exitCode: 111 });
  const file = (ending: string) => join(home, `control/morercpthosts${ending}`);
  const records = moreRcptHosts(readList(file('')));
  await publishCdb(file('.cdb'), file('.tmp'), records, cause => ({
    open: `unable to write to control/morercpthosts.tmp: ${reasonOf(cause)}`,
    write: `unable to write to control/morercpthosts.tmp: ${reasonOf(cause)}`,
    move: `unable to move control/morercpthosts.tmp to control/morercpthosts.cdb: ${reasonOf(cause)}`,
  }));
}

/** A record without data for each line that is neither empty nor a comment. */
function moreRcptHosts(text: string): CdbRecord[] {
  return text
    .split('\n')
    .map(line => trimEndOf(lowerAscii(line), ' \t'))
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => ({ key: Buffer.from(line, 'latin1'), data: Buffer.of() }));
}

function readList(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    const text = `unable to read control/morercpthosts: ${reasonOf(cause)}`;
    throw new UserError(text, { exitCode: 111, cause });
  }
}
