// As whom the processes of a host that root starts run: the home says it, in files that are root's.
import { join } from 'node:path';
import { controlFiles, controlFilesOfHome } from '../control/control-files.ts';
import { refuseNullClient } from '../control/null-client.ts';
import { UserError } from '../lib/user-error.ts';
import { ownerOf } from '../local/users/users.ts';
import { type Ids, parseIds } from './accounts.ts';
import { checkOwners, type HomeOwner, makeIndex } from './home-ownership.ts';

export interface HomeUsers {
  readonly host: Ids;
  readonly parser: Ids;
  /** Whose files the reader works on; looked for each time. @throws Error when control/owner names nobody, or root */
  readonly owner: () => HomeOwner;
}

/** @throws UserError when the home does not say, or not all of it belongs to whom it should */
export function usersOfHome(home: string): HomeUsers {
  const files = controlFilesOfHome(home);
  refuseNullClient(home);
  const idsIn = (name: string) => {
    const ids = parseIds(files.line(name) ?? '');
    if (ids && ids.uid !== 0) return ids;
    throw new UserError(
      `Nothing of a mail host that root starts should run as root, and control/${name} of ${home} names no user for it. Run once: waypost adopt --home ${home} --make-users`,
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
    throw new Error(`${home}/control/owner names nobody who could own mail`);
  const found = { user, uid: owner.uid, gid: owner.gid };
  makeIndex(home, found);
  return found;
}
