// newinclude: creates a mailing list for fastforward from a sendmail-style :include: file.
import { readMessageControl } from '../../../core/control/message-control.ts';
import { readIncludeFile } from '../../../core/local/forwarding/aliases-file.ts';
import { encodeList } from '../../../core/local/forwarding/mailing-list-file.ts';
import { replaceFile } from '../../../core/local/forwarding/replace-file.ts';
import type { CommandIo } from '../command-io.ts';
import { readTextFile } from './read-text-file.ts';

/** @returns 0 created, 100 wrong usage. @throws UserError (111) for a bad line or a file error */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [list] = args;
  if (!list || args.length > 1) {
    io.stderr.write('newinclude: usage: newinclude list\n');
    return 100;
  }
  const entries = readIncludeFile(readTextFile(list), readMessageControl(io.home));
  await replaceFile(`${list}.bin`, `${list}.tmp`, encodeList(entries));
  return 0;
}
