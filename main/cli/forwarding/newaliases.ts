// newaliases: creates the forwarding database for /etc/aliases (or another aliases file) for fastforward.
import { readMessageControl } from '../../../core/control/message-control.ts';
import { encodeCdb } from '../../../core/lib/disk/cdb-writer.ts';
import { readAliases } from '../../../core/local/forwarding/aliases-file.ts';
import { replaceFile } from '../../../core/local/forwarding/replace-file.ts';
import type { CommandIo } from '../command-io.ts';
import { readTextFile } from './read-text-file.ts';

/** @returns 0 created, 100 wrong usage. @throws UserError for a bad line (111; 100 for a long address) or a file error */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [aliases = '/etc/aliases'] = args;
  if (args.length > 1 || aliases.startsWith('-')) {
    io.stderr.write('newaliases: usage: newaliases [ aliases ]\n');
    return 100;
  }
  const hosts = readMessageControl(io.home);
  const records = readAliases(readTextFile(aliases), hosts);
  await replaceFile(`${aliases}.cdb`, `${aliases}.tmp`, encodeCdb(records));
  return 0;
}
