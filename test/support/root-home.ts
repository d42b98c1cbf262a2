// A home that root created for another user, as `waypost init` does: the users of a host that root runs are numbers here.
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { waypost } from './host-process.ts';
import { tempDir } from './temp-dir.ts';

export const notRoot = process.getuid?.() !== 0 && 'not root';

/** Whose mail it is, and the users of the host. */
export const rootsUsers = {
  joe: { uid: 54_321, gid: 54_322 },
  host: { uid: 54_331, gid: 54_332 },
  parser: { uid: 54_341, gid: 54_342 },
  alias: { uid: 54_351, gid: 54_352 },
} as const;

export interface RootHome {
  readonly home: string;
  /** joe's. */
  readonly mailHome: string;
  readonly maildir: string;
}

/** Makes it, with joe's mail at h.example. */
export async function initAsRoot(t: TestContext): Promise<RootHome> {
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  const home = join(directory, 'home');
  const mailHome = join(directory, 'joe');
  mkdirSync(mailHome);
  chownSync(mailHome, rootsUsers.joe.uid, rootsUsers.joe.gid);
  const whose = ['--me', 'h.example', '--user', 'joe', '--mail-home', mailHome];
  const made = await waypost(['init', '--home', home, ...whose, ...runAs(rootsUsers)]);
  if (made.code !== 0) throw new Error(`init failed: ${made.stderr}`);
  return { home, mailHome, maildir: join(mailHome, 'Maildir') };
}

/** The options of `init` that name the users of the host, alias by choice. */
export function runAs({ alias }: { readonly alias: { readonly uid: number; readonly gid: number } }): string[] {
  const user = ({ uid, gid }: typeof alias) => `${uid}:${gid}`;
  const { host, parser } = rootsUsers;
  return ['--run-as', user(host), '--parse-as', user(parser), '--alias-user', user(alias)];
}
