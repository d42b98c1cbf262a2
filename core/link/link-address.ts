// The addresses that mail for links has on the local channel: `link-NAME-user@host`.

/** @param address a byte string @returns undefined: it is no link's */
export function linkNameIn(address: string): string | undefined {
  return /^link-([a-z0-9_]{1,32})-/.exec(address)?.[1];
}
