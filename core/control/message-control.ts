// The control files of those who write messages (qmail-inject, newaliases, dot-forward): no others need to be readable
// for them, and as in qmail there need not even be a `me`.
import type { Control } from './control.ts';
import { controlFilesOfHome } from './files.ts';

/** What addresses are completed with, and the host in Message-IDs. Byte strings. */
export type MessageControl = Pick<Control, 'defaultDomain' | 'defaultHost' | 'idHost' | 'plusDomain'>;

/** @throws UserError when `home` has no control files, or one of these cannot be read */
export function readMessageControl(home: string): MessageControl {
  const files = controlFilesOfHome(home);
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
