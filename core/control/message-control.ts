// The control files of those who write messages (qmail-inject, newaliases, dot-forward): no others need to be readable
// for them, and as in qmail there need not even be a `me`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/user-error.ts';
import type { Control } from './control.ts';
import { controlFiles } from './files.ts';

/** What addresses are completed with, and the host in Message-IDs. Byte strings. */
export type MessageControl = Pick<Control, 'defaultDomain' | 'defaultHost' | 'idHost' | 'plusDomain'>;

/** @throws UserError when `home` has no control files, or one of these cannot be read */
export function readMessageControl(home: string): MessageControl {
  const directory = join(home, 'control');
  if (!existsSync(directory)) {
    throw new UserError(`${home} is not a Waypost home: it has no control directory. Make one with: waypost init`);
  }
  const files = controlFiles(directory);
  const me = files.line('me');
  // Without `me` qmail falls back to the name of the file, which shows what is missing.
  const host = (name: string) => files.line(name) ?? me ?? name;
  return {
    defaultDomain: host('defaultdomain'),
    defaultHost: host('defaulthost'),
    idHost: host('idhost'),
    plusDomain: host('plusdomain'),
  };
}
