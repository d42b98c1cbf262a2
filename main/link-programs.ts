// Writes bin/ of a home: a launcher, and links to it under the names that other programs call (sendmail, qmail-inject, …).
import { chmodSync, lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isNullClient } from '../core/control/null-client.ts';
import { nullClientPrograms, programs } from './programs.ts';
import { shellWord } from './shell-word.ts';

/**
 * Writes the launcher and its links, or renews them after an update moved Waypost.
 * @param script the file of the `waypost` command, to be run by the runtime of this process
 */
export function linkPrograms(home: string, script: string): void {
  if (process.platform === 'win32') return;
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true, mode: 0o755 });
  const launcher = join(bin, 'waypost');
  writeFileSync(`${launcher}.tmp`, launcherText(resolve(home), script));
  chmodSync(`${launcher}.tmp`, 0o755);
  renameSync(`${launcher}.tmp`, launcher);
  if (isNullClient(home)) {
    for (const name of nullClientPrograms) linkUnlessThere(join(bin, name), 'waypost');
    linkUnlessThere(join(bin, 'qmail-queue'), 'qmail-qmqpc');
  } else for (const name of programs) linkUnlessThere(join(bin, name), 'waypost');
}

/** An existing file stays: in a home that qmail created, these are qmail's own programs. */
function linkUnlessThere(link: string, target: string): void {
  if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(target, link);
}

/** A shell script: the link's name becomes the command, the home is this one unless the caller says otherwise. */
function launcherText(home: string, script: string): string {
  return `#!/bin/sh
# Written by Waypost at every start; runs the command that this file is called as.
WAYPOST_HOME=\${WAYPOST_HOME:-${shellWord(home)}}
ELECTRON_RUN_AS_NODE=1
export WAYPOST_HOME ELECTRON_RUN_AS_NODE
# softlimit -m, as run scripts of qmail have it, would not even let the runtime start.
for limit in v d; do ulimit -S -$limit unlimited 2>/dev/null || ulimit -S -$limit "$(ulimit -H -$limit)"; done 2>/dev/null
name=\${0##*/}
[ "$name" = waypost ] || set -- "$name" "$@"
[ -x ${shellWord(process.execPath)} ] && [ -e ${shellWord(outsideArchive(script))} ] || {
  printf '%s: fatal: Waypost was moved or removed: start it once from where it is now\\n' "$name" >&2
  exit 111
}
exec ${shellWord(process.execPath)} ${shellWord(script)} "$@"
`;
}

/** The file as a shell can find it: Electron's archive instead of a file in it. */
function outsideArchive(path: string): string {
  return path.replace(/(\.asar)[/\\].*/s, '$1');
}
