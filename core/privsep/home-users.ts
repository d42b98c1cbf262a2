// The users that processes of a host started by root run as, from files of the home that belong to root.
import { join } from 'node:path';
import { refuseNullClient } from '../control/null-client.ts';
import { controlFiles, controlFilesOfHome } from '../control/read-control-files.ts';
import { UserError } from '../lib/user-error.ts';
import { ownerOf } from '../local/users/users.ts';
import { type Ids, parseIds } from './accounts.ts';
import { checkOwners, type HomeOwner, makeIndex } from './home-ownership.ts';

export interface HomeUsers {
  readonly host: Ids;
  readonly parser: Ids;
  /** The user that the reader runs as; read each time. @throws Error when control/owner names no such user, or root */
  readonly owner: () => HomeOwner;
}

/** @throws UserError when the home names no users, or some of its files belong to the wrong one */
export function usersOfHome(home: string): HomeUsers {
  const files = controlFilesOfHome(home);
  refuseNullClient(home);
  const idsIn = (name: string) => {
    const ids = parseIds(files.line(name) ?? '');
    if (ids && ids.uid !== 0) return ids;
    throw new UserError(
      `A mail host that root starts does not run as root, and control/${name} of ${home} does not name a user for it. Run once: waypost adopt --home ${home} --make-users`,
    );
  };
  const users = { host: idsIn('runas'), parser: idsIn('parseas') };
  checkOwners(home, users.host);
  return { ...users, owner: () => ownerWithIndex(home) };
}

function ownerWithIndex(home: string): HomeOwner {
  const user = controlFiles(join(home, 'control')).line('owner');
  const owner = user === undefined ? undefined : ownerOf(home, user);
  if (user === undefined || !owner || owner.uid === 0)
    throw new Error(`${home}/control/owner does not name a user who can own mail`);
  const found = { user, uid: owner.uid, gid: owner.gid };
  makeIndex(home, found);
  return found;
}
