// What a link keeps below serial/NAME; core/link/README.md says what each file is for.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateDirectory } from '../lib/disk/private-directory.ts';

export interface LinkLayout {
  readonly directory: string;
  readonly maildir: string;
  readonly lock: string;
  readonly state: string;
  readonly order: string;
  readonly history: string;
  readonly sessions: string;
}

export function linkLayout(home: string, name: string): LinkLayout {
  const directory = join(home, 'serial', name);
  return {
    directory,
    maildir: join(directory, 'Maildir'),
    lock: join(directory, 'seriallock'),
    state: join(directory, 'state'),
    order: join(directory, 'order'),
    history: join(directory, 'history'),
    sessions: join(directory, 'sessions'),
  };
}

/** Makes what is missing. @throws what the file system says */
export function makeLinkDirectories({ directory, maildir, sessions }: LinkLayout): void {
  ensurePrivateDirectory(directory);
  for (const path of [maildir, join(maildir, 'tmp'), join(maildir, 'new'), join(maildir, 'cur'), sessions])
    mkdirSync(path, { recursive: true, mode: 0o700 });
}
