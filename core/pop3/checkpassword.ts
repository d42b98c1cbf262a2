// checkpassword with the home's own passwd file: the claim on file descriptor 3, and how it is checked.
import { dirname } from 'node:path';
import type { Passwd } from './passwd.ts';
import type { PasswdEntry } from './passwd-line.ts';

/** At most this much is read from file descriptor 3. */
export const claimBytes = 512;

/** The exit codes of the interface. */
export const checkExit = { unacceptable: 1, misuse: 2, temporary: 111 } as const;

interface Asked {
  readonly name: string;
  /** The password, or APOP's digest of stamp and password. */
  readonly secret: string;
  readonly stamp: string;
}

/** `name NUL secret NUL stamp NUL`, and anything after it; undefined for anything else. @param raw at most claimBytes */
export function parseClaim(raw: Buffer): Asked | undefined {
  const parts = raw.toString('latin1').split('\0');
  if (parts.length < 4) return undefined;
  const [name = '', secret = '', stamp = ''] = parts;
  return { name: asText(name), secret: asText(secret), stamp };
}

/** Names and passwords are received as bytes, and are text in the file. */
export function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Whose mailbox the claim opens. @throws UserError when the name's line in the file is malformed */
export async function acceptClaim(passwd: Passwd, { name, secret, stamp }: Asked): Promise<PasswdEntry | undefined> {
  return (await passwd.verifyDigest(name, secret, stamp)) ?? (await passwd.verify(name, secret));
}

/** Additional environment variables for a program that serves the mailbox. */
export function mailboxEnvironment({ name, maildir }: PasswdEntry): Record<string, string> {
  return { USER: name, HOME: dirname(maildir), SHELL: '/bin/sh', MAILDIR: maildir };
}
