// Lists the processes that a host has started, from /proc.
import { readdirSync, readFileSync } from 'node:fs';
import type { RunningHost } from './host-process.ts';

/** The processes below the host that run this program. */
export function processesOf(host: RunningHost, program: RegExp): number[] {
  const parents = new Map<number, { ppid: number; cmdline: string }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      parents.set(Number(name), { ppid, cmdline: readFileSync(`/proc/${name}/cmdline`, 'latin1') });
    } catch {
      // It has just ended.
    }
  }
  const below = (pid: number): boolean => {
    for (let at = parents.get(pid); at; at = parents.get(at.ppid)) if (at.ppid === host.ready.pid) return true;
    return false;
  };
  return [...parents].filter(([pid, { cmdline }]) => program.test(cmdline) && below(pid)).map(([pid]) => pid);
}
