// The user and home of a delivery, in the format of users/cdb and qmail-getpw: six strings, each followed by a NUL.

/** The six strings that qmail-local is run with. All strings are byte strings. */
export interface Assignment {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly homeDir: string;
  /** `-` for mail to `user-anything`, else empty. */
  readonly dash: string;
  /** The part of the address after the user's name and the dash, in its original case. */
  readonly ext: string;
}

/** @returns undefined if there are not enough fields */
export function parseAssignment(fields: string): Assignment | undefined {
  const [user, uid, gid, homeDir, dash, ext] = fields.split('\0');
  if (user === undefined || homeDir === undefined || dash === undefined || ext === undefined) return undefined;
  return { user, uid: idOf(uid), gid: idOf(gid), homeDir, dash, ext };
}

export function formatAssignment({ user, uid, gid, homeDir, dash, ext }: Assignment): string {
  return [user, uid, gid, homeDir, dash, ext, ''].join('\0');
}

/** The number at the beginning of a field, as in qmail-lspawn; 0 (refused for deliveries) if there is none. */
function idOf(text: string | undefined): number {
  return Number(BigInt.asUintN(32, BigInt(/^\d+/.exec(text ?? '')?.[0] ?? 0)));
}
