// The control files that programs need to write messages (qmail-inject, newaliases, dot-forward): the others need not be
// readable, and as in qmail not even `me` must exist.
import { UserError } from '../lib/user-error.ts';
import { lowerAscii } from '../message/address.ts';
import type { Control } from './control.ts';
import { completingDomain } from './file-table.ts';
import { type ControlFiles, controlFilesOfHome } from './read-control-files.ts';

/** The hosts that complete addresses, and the host in Message-IDs. Byte strings. */
export type MessageControl = Pick<Control, 'defaultDomain' | 'defaultHost' | 'idHost' | 'locals' | 'plusDomain'>;

/** @throws UserError when `home` has no control files, or one of these cannot be read */
export function readMessageControl(home: string): MessageControl {
  const files = controlFilesOfHome(home);
  const me = files.line('me');
  // Without `me` qmail falls back to the name of the file, which shows what is missing.
  const host = (name: string) => files.line(name) ?? me ?? name;
  return {
    defaultDomain: completingDomain(host('defaultdomain'), me),
    defaultHost: host('defaulthost'),
    idHost: host('idhost'),
    plusDomain: host('plusdomain'),
    locals: new Set(localNames(files, me).map(lowerAscii)),
  };
}

/** A user who may not read the file still knows the host's own name. */
function localNames(files: ControlFiles, me: string | undefined): readonly string[] {
  const own = me === undefined ? [] : [me];
  try {
    return files.list('locals') ?? own;
  } catch (error) {
    if (error instanceof UserError) return own;
    throw error;
  }
}
