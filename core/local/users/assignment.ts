// Who gets a delivery: what users/cdb and qmail-getpw answer, six strings that end in NUL.

/** The six strings that qmail-local is run with. All strings are byte strings. */
export interface Assignment {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly homeDir: string;
  /** `-` when mail for `user-anything` is meant, else empty. */
  readonly dash: string;
  /** What follows the user's name and the dash, in the case of the address. */
  readonly ext: string;
}

/** @returns undefined when there are not enough fields */
export function parseAssignment(fields: string): Assignment | undefined {
  const [user, uid, gid, homeDir, dash, ext] = fields.split('\0');
  if (user === undefined || homeDir === undefined || dash === undefined || ext === undefined) return undefined;
  return { user, uid: idOf(uid), gid: idOf(gid), homeDir, dash, ext };
}

export function formatAssignment({ user, uid, gid, homeDir, dash, ext }: Assignment): string {
  return [user, uid, gid, homeDir, dash, ext, ''].join('\0');
}

/** The number that a field begins with, as qmail-lspawn reads it; 0 (refused for deliveries) where there is none. */
function idOf(text: string | undefined): number {
  return Number(BigInt.asUintN(32, BigInt(/^\d+/.exec(text ?? '')?.[0] ?? 0)));
}
