// The names of new files in a Maildir, for deliveries and for the window: `<seconds>.M<microseconds>P<pid>Q<count>.<host>,S=<bytes>` (maildir(5)). The
// size field is from Maildir++: readers need no stat, and a torn file can be told from a whole one.
import type { Clock } from '../lib/clock.ts';

/** Returns a file name that no other delivery on any host uses, without the size field. */
export type UniqueName = () => string;

/** @param hostName this machine's name, which keeps names apart where machines share a disk */
export function createUniqueName(deps: { readonly clock: Clock; readonly hostName: string; pid: number }): UniqueName {
  const host = deps.hostName.slice(0, 64).replaceAll('/', '\\057').replaceAll(':', '\\072') || 'localhost';
  let counter = 0;
  return () => {
    counter++;
    // Read once: the second and its microseconds must belong together.
    const nowMs = deps.clock.nowMs();
    const usec = Math.floor((nowMs % 1000) * 1000);
    return `${Math.floor(nowMs / 1000)}.M${usec}P${deps.pid}Q${counter}.${host}`;
  };
}

/** The name of a file that has this many bytes when it is complete. */
export function withSize(uniqueName: string, sizeBytes: number): string {
  return `${uniqueName},S=${sizeBytes}`;
}

const ours = /^\d+\.M\d+P\d+Q\d+\.[^/:]*,S=(\d{1,15})$/;

/** The size in a name that was made here; undefined for names of other programs. */
export function sizeInName(name: string): number | undefined {
  const digits = ours.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
