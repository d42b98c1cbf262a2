// The configuration that Waypost and notqmail share: control files, and the .qmail files of the one user.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostName, localDomains, remoteDomain } from '../addresses.ts';

export const user = 'user';

/** Control files by name. The fan-out and discard domains are virtual: their mail comes to `user-fan-…`, `user-drop-…`. */
export function controlFiles(relayPort: number): Readonly<Record<string, string>> {
  return {
    me: `${hostName}\n`,
    locals: `${hostName}\n`,
    rcpthosts: `${[...localDomains, remoteDomain].join('\n')}\n`,
    virtualdomains: `fan.example:${user}-fan\ndrop.example:${user}-drop\n`,
    smtproutes: `${remoteDomain}:127.0.0.1:${relayPort}\n`,
  };
}

/** One .qmail file delivers to the Maildir, the other contains only a comment: its mail is discarded. */
export function writeDotQmail(mailHome: string): void {
  writeFileSync(join(mailHome, '.qmail-fan-default'), './Maildir/\n', { mode: 0o644 });
  writeFileSync(join(mailHome, '.qmail-drop-default'), '# thrown away\n', { mode: 0o644 });
}
