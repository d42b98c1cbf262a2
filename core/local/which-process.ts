// As whom a delivery runs (qmail-lspawn's uid rules). A person's host does everything as that person; a host that root runs
// drops to the user of the assignment, and delivers nothing as root, whatever the assignment says.

export type WhichProcess = 'this-process' | 'own-process' | 'refused';

/**
 * @param uid the assignment's
 * @param processUid this process's effective uid; undefined where there are no uids (Windows)
 * @returns `own-process`: in a child process with the assignment's uid and gid
 */
export function whichProcess(uid: number, processUid: number | undefined): WhichProcess {
  if (processUid !== 0) return 'this-process';
  return uid === 0 ? 'refused' : 'own-process';
}
