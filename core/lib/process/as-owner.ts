// Work of root on files of another user, who can replace them by links at any moment: it is done as that user, whose links lead root
// to nothing that the user could not reach.
import { lstatSync } from 'node:fs';

/**
 * Does something in a directory as its owner, if this process is root's; only where nothing else runs in the process meanwhile.
 * @param directory of a link the owner counts, and not where it leads
 * @param parent whose owner counts if there is no such directory
 */
export async function asOwnerOf<Result>(
  directory: string,
  parent: string,
  act: () => Result | Promise<Result>,
): Promise<Result> {
  const owner = process.geteuid?.() === 0 ? ownerOf(directory, parent) : undefined;
  if (owner === undefined) return act();
  const [egid, groups] = [process.getegid?.() ?? 0, process.getgroups?.() ?? []];
  process.setgroups?.([]);
  process.setegid?.(owner.gid);
  process.seteuid?.(owner.uid);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(egid);
    process.setgroups?.(groups);
  }
}

/** Undefined: root. */
function ownerOf(directory: string, parent: string): { readonly uid: number; readonly gid: number } | undefined {
  const stat = lstatSync(directory, { throwIfNoEntry: false }) ?? lstatSync(parent, { throwIfNoEntry: false });
  return stat === undefined || stat.uid === 0 ? undefined : { uid: stat.uid, gid: stat.gid };
}
