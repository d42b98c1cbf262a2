// Whose mail the window shows: control/owner names a user, users/assign their home; the Maildir is the default delivery's.
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Control } from '../control/control.ts';
import { UserError } from '../lib/user-error.ts';
import { ownerOf } from '../local/users/users.ts';

/** The owner of a home. */
export interface Owner {
  readonly user: string;
  readonly homeDir: string;
  readonly maildir: string;
  readonly address: string;
}

/**
 * The owner: control/owner, or (in a home that qmail's own tools made) the user who runs this process.
 * @throws UserError when control/owner names a user who is not in users/assign
 */
export function findOwner(home: string, control: Control): Owner {
  const user = control.owner ?? userInfo().username;
  const homeDir = ownerOf(home, user)?.homeDir ?? (control.owner ? undefined : homedir());
  if (homeDir === undefined) {
    throw new UserError(`control/owner names ${user}, but ${join(home, 'users/assign')} has no line for =${user}:`);
  }
  return {
    user,
    homeDir,
    maildir: resolve(homeDir, maildirName(control.defaultDelivery)),
    address: addressOf(user, control),
  };
}

/** The owner, with the address that the control files give at the moment. @throws UserError as `findOwner` */
export function followOwner(home: string, control: () => Control): () => Owner {
  const found = findOwner(home, control());
  return () => ({ ...found, address: addressOf(found.user, control()) });
}

/** A user's address on this host. */
export function addressOf(user: string, { me }: Pick<Control, 'me'>): string {
  return `${user}@${me}`;
}

/** The first Maildir line of the default delivery, else `Maildir`. */
function maildirName(defaultDelivery: string): string {
  const line = defaultDelivery.split('\n').find(text => /^\.\/.+\/$/.test(text));
  return line ?? 'Maildir';
}
