// From a local part to the user who gets the mail and the process that may deliver it (qmail-lspawn).
import type { Outcome } from '../paper-path/outcome.ts';
import { outcomeOfExit } from './lspawn-report.ts';
import { isSystemAddress } from './users/system-mail.ts';
import { UserLookupError } from './users/user-lookup-error.ts';
import { createUsers, type FoundUser, type UsersDeps } from './users/users.ts';
import { type WhichProcess, whichProcess } from './which-process.ts';

/** The user and the process that delivers; or the outcome if it cannot be delivered, with the user if one was found. */
export type FoundRecipient =
  | {
      readonly found: FoundUser;
      /** Who gets its mail if it has no rule, as it is an address of the system; undefined: it is none, or nobody does. */
      readonly systemMailTo: string | undefined;
      readonly runsIn: Exclude<WhichProcess, 'refused'>;
    }
  | { readonly found: FoundUser | undefined; readonly outcome: Outcome };

/**
 * Finds the user of a local part. Files are read again when they have changed.
 * @param adminAddress control/adminaddr; undefined: there is none
 */
export type FindRecipient = (local: string, adminAddress: string | undefined) => FoundRecipient;

export function createRecipients(deps: UsersDeps): FindRecipient {
  const users = createUsers(deps);
  return (local, adminAddress) => {
    let found: FoundUser;
    let systemMailTo: string | undefined;
    try {
      found = users.find(local);
      const isOfSystem = adminAddress !== undefined && isSystemAddress(local, found, deps.findSystemUser);
      systemMailTo = isOfSystem ? adminAddress : undefined;
    } catch (error) {
      if (!(error instanceof UserLookupError)) throw error;
      return { found: undefined, outcome: outcomeOfExit(error.code, error.message && `${error.message}\n`) };
    }
    const runsIn = whichProcess(found.assignment.uid, deps.processUid);
    return runsIn === 'refused' ? { found, outcome: outcomeOfExit(113, '') } : { found, systemMailTo, runsIn };
  };
}
