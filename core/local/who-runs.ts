// As whom a delivery runs (qmail-lspawn's uid rules). A person's host does everything as that person; a host run by
// root drops to the user of the assignment, and delivers as root only where root has clearly asked for it.
import type { Assignment } from './users/assignment.ts';

export type WhoRuns = 'this-process' | 'own-process' | 'refused';

/** What the decision rests on. */
export interface Situation {
  readonly assignment: Assignment;
  /** The assignment stands in users/assign; it was not derived from somewhere else. */
  readonly explicit: boolean;
  /** This process's effective uid; undefined where there are no uids (Windows). */
  readonly processUid: number | undefined;
  /** Looks up who owns the Waypost home. */
  readonly homeUid: () => number;
}

/** `own-process`: in a child process with the assignment's uid and gid. */
export function whoRuns({ assignment, explicit, processUid, homeUid }: Situation): WhoRuns {
  if (processUid !== 0) return 'this-process';
  if (assignment.uid !== 0) return 'own-process';
  return explicit && homeUid() === 0 ? 'this-process' : 'refused';
}
