// In which process a delivery runs (qmail-lspawn's uid rules). A person's host delivers everything itself; a host that root runs
// starts a process with the uid of the assignment, and never delivers as root.

export type WhichProcess = 'this-process' | 'own-process' | 'refused';

/**
 * @param uid of the assignment
 * @param processUid this process's effective uid; undefined where there are no uids (Windows)
 * @returns `own-process`: in a child process with the assignment's uid and gid
 */
export function whichProcess(uid: number, processUid: number | undefined): WhichProcess {
  if (processUid !== 0) return 'this-process';
  return uid === 0 ? 'refused' : 'own-process';
}
