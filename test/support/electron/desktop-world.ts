// What a test of the desktop starts with: the built entry, and a user's world in a directory.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { build } from '../../../main/build/build.ts';
import { giveToOwner } from '../host-process.ts';

const results = join(import.meta.dirname, '..', '..', '..', 'test-results');

/** The entry must lie in the repository: it finds its packages there. */
export async function buildEntry(t: TestContext): Promise<string> {
  await mkdir(results, { recursive: true });
  const outDir = await mkdtemp(join(results, 'electron-'));
  chmodSync(outDir, 0o755); // the user who runs it must be able to read it
  t.after(() => rm(outDir, { recursive: true, force: true }));
  await build({ parts: ['renderer', 'electron'], outDir });
  return join(outDir, 'main', 'main.js');
}

/** A user's world in a directory; a program that answers for the desktop's tray is first in PATH. */
export function makeWorld(directory: string) {
  const [user, home, bin, config] = ['user', 'home', 'bin', 'config'].map(name => join(directory, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [user, bin, config]) mkdirSync(path);
  writeFileSync(join(bin, 'gdbus'), '#!/bin/sh\necho "(true,)"\n');
  chmodSync(join(bin, 'gdbus'), 0o755);
  giveToOwner(directory);
  const env = {
    ...process.env,
    HOME: user,
    XDG_CONFIG_HOME: config,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    WAYPOST_HOME: '',
  };
  return { user, home, config, env };
}
