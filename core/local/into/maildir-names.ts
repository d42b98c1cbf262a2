// How files of local deliveries are called in a Maildir: `<seconds>.M<microseconds>P<pid>Q<count>.<host>,S=<bytes>`
// (maildir(5); the size field is Maildir++'s, which lets readers skip a stat and us tell a torn file from a whole one).
import { type Clock, nowSec } from '../../lib/clock.ts';

/** Gives file names that no other delivery on any host uses, without the size field. */
export type UniqueName = () => string;

/** @param hostName this machine's name, which keeps names apart where machines share a disk */
export function createUniqueName(deps: { readonly clock: Clock; readonly hostName: string; pid: number }): UniqueName {
  const host = deps.hostName.slice(0, 64).replaceAll('/', '\\057').replaceAll(':', '\\072');
  let counter = 0;
  return () => {
    counter++;
    const usec = Math.floor((deps.clock.nowMs() % 1000) * 1000);
    return `${nowSec(deps.clock)}.M${usec}P${deps.pid}Q${counter}.${host}`;
  };
}

/** The name of a file that will have this many bytes when it is whole. */
export function withSize(uniqueName: string, sizeBytes: number): string {
  return `${uniqueName},S=${sizeBytes}`;
}

const ours = /^\d+\.M\d+P\d+Q\d+\.[^/:]*,S=(\d{1,15})$/;

/** The size that a name made here promises; undefined for every other program's names. */
export function sizeInName(name: string): number | undefined {
  const digits = ours.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
