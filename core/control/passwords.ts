// Where the secret of a login is, and whether it may be used: a secret that others of this machine can read is refused.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isTokenFile } from '../login/oauth/token-file.ts';
import { type Secret, secretOf } from '../login/secret.ts';
import { readPasswordFile, readSecretFile } from '../login/secret-files.ts';
import type { RouteLogin } from './routes.ts';

/** The control files whose lines may have a login. */
export type LoginFile = 'smtproutes' | 'authsenders' | 'fallbackrelay';

/** What a login is made with; or why there is nothing, as a sentence without its full stop. */
export type LoginSecret =
  /** `mark` differs whenever the file with the password was written. */
  | { readonly kind: 'password'; readonly secret: Secret; readonly mark: string }
  /** OAuth tokens in `secrets/NAME`. */
  | { readonly kind: 'tokens'; readonly name: string }
  | { readonly kind: 'problem'; readonly why: string };

const readableByOthers = 0o004;

/** @param file where the line is */
export function loginSecretOf(home: string, file: LoginFile, { user, password }: RouteLogin): LoginSecret {
  switch (password.kind) {
    case 'none':
      return problem(
        `the line in control/${file} has no user and password: write |user|@NAME, and the password to secrets/NAME`,
      );
    case 'line': {
      if (user === '') return problem(`the line in control/${file} has a password and no user: write |user|password`);
      const stat = statSync(join(home, 'control', file));
      const isOpen = process.platform !== 'win32' && (stat.mode & readableByOthers) !== 0;
      if (!isOpen) return { kind: 'password', secret: password.secret, mark: `${stat.mtimeMs} ${stat.ino}` };
      return problem(
        `the password in control/${file} can be read by every user of this machine: write it to secrets/NAME, run chmod 600 on that file, and put |user|@NAME into the line`,
      );
    }
    case 'file': {
      const { name } = password;
      const read = isTokenFile(name) ? readSecretFile(home, name) : readPasswordFile(home, name);
      if (read.kind === 'problem') return read;
      if (isTokenFile(name)) return { kind: 'tokens', name };
      return { kind: 'password', secret: secretOf(read.text), mark: read.mark };
    }
  }
}

function problem(why: string): LoginSecret {
  return { kind: 'problem', why };
}
