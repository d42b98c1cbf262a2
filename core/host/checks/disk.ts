// The disks: bytes and files that are free where the queue, the mail and the logs are.
import type { Stats, StatsFs } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../../api/checks.ts';
import { errorCode } from '../../lib/user-error.ts';
import { about } from './run-check.ts';

/** Reads of the system; for tests. */
export interface DiskReads {
  readonly stat: (path: string) => Promise<Pick<Stats, 'dev'>>;
  readonly statfs: (path: string) => Promise<Pick<StatsFs, 'bsize' | 'blocks' | 'bavail' | 'files' | 'ffree'>>;
}

const code = 'disk';
const MB = 1_000_000;
/** Below the first number, or below this part of a disk and the second number. */
const bytesLeft = { wrong: 50 * MB, warning: 1000 * MB, part: 0.05 };
const filesLeft = { wrong: 1000, warning: 20_000, part: 0.05 };

/** @param maildir of the owner */
export async function checkDisks(home: string, maildir: string, reads: DiskReads = { stat, statfs }): Promise<Check[]> {
  const places = [
    { what: 'the queue', path: join(home, 'queue') },
    { what: 'the logs', path: join(home, 'log') },
    { what: 'your mail', path: maildir },
  ];
  const byDisk = new Map<string, typeof places>();
  for (const place of places) {
    const disk = await diskOf(place.path, reads);
    byDisk.set(disk, [...(byDisk.get(disk) ?? []), place]);
  }
  return Promise.all([...byDisk.values()].map(here => checkDisk(here, reads)));
}

/** A place that cannot be looked at stands alone. */
async function diskOf(path: string, reads: DiskReads): Promise<string> {
  try {
    return `disk ${(await reads.stat(path)).dev}`;
  } catch {
    return path;
  }
}

async function checkDisk(places: readonly { what: string; path: string }[], reads: DiskReads): Promise<Check> {
  const whose = listOf(places.map(({ what }) => what));
  const { fine, warning, wrong, unchecked } = about(code, `Disk of ${whose}`);
  const path = places[0]?.path ?? '';
  try {
    const { bsize, blocks, bavail, files, ffree } = await reads.statfs(path);
    const bytes = verdict(bavail * bsize, blocks * bsize, bytesLeft);
    // Some file systems have no limit of files, and say 0.
    const inodes = files === 0 ? 'fine' : verdict(ffree, files, filesLeft);
    const free = `${sizeText(bavail * bsize)} are free`;
    const say =
      bytes === 'wrong' || inodes === 'wrong'
        ? wrong
        : bytes === 'warning' || inodes === 'warning'
          ? warning
          : undefined;
    if (!say) return fine(`${free}${files === 0 ? '' : `, and room for ${ffree} files`}.`);
    const short =
      bytes === 'fine' || bytes === undefined ? `there is room for only ${ffree} more files (inodes)` : `only ${free}`;
    return say(
      `On the disk of ${whose} (${path}) ${short}: soon no mail can be accepted or delivered. Delete or move something.`,
    );
  } catch (error) {
    if (errorCode(error) === 'EACCES') return unchecked(`The host may not look at ${path}.`);
    throw error;
  }
}

function verdict(free: number, all: number, limits: { wrong: number; warning: number; part: number }) {
  if (free < limits.wrong) return 'wrong';
  return free < limits.warning && free < all * limits.part ? 'warning' : 'fine';
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function sizeText(bytes: number): string {
  return bytes < 1000 * MB ? `${Math.floor(bytes / MB)} MB` : `${(bytes / (1000 * MB)).toFixed(1)} GB`;
}
