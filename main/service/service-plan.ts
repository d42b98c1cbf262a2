// A host that is to run as a service of this machine: what must hold for that.
import { readFileSync } from 'node:fs';
import { UserError } from '../../core/lib/user-error.ts';

/** A host that is to run as a service. */
export interface ServicePlan {
  readonly name: string;
  readonly home: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Of root, for the whole machine. */
  readonly isRoots: boolean;
  /** Variables that the command needs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What keeps services here. */
export type ServiceSystem = 'systemd' | 'launchd';

/** Stands in the file as a comment: which home it is about. */
export function homeMark(home: string): string {
  return `The home: ${encodeURI(home).replaceAll('--', '-%2D')} .`;
}

/** @throws UserError for a name that cannot be a file's and a unit's */
export function checkServiceName(name: string): void {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) return;
  throw new UserError(`${name} cannot be the name of a service: it needs a to z, 0 to 9, - and _.`, { exitCode: 100 });
}

/** The first port that those who are not root may listen on. */
export function firstOpenPort(platform: NodeJS.Platform): number {
  if (platform !== 'linux') return platform === 'darwin' ? 0 : 1024;
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1'));
  } catch {
    return 1024;
  }
}

/** @throws UserError that says what can be done, when a person's service is to listen where only root may */
export function checkPorts(ports: readonly number[], isRoots: boolean, firstOpen: number): void {
  const low = ports.find(port => port !== 0 && port < firstOpen);
  if (isRoots || low === undefined) return;
  throw new UserError(
    [
      `Only root may listen on port ${low}: without root, ports begin at ${firstOpen}. Choose one of these, such as 2525, and either`,
      `let the machine hand on what comes for port ${low} (nft add rule ip nat prerouting tcp dport ${low} redirect to :2525),`,
      `or let everybody use it (sysctl -w net.ipv4.ip_unprivileged_port_start=${low}),`,
      'or have root install the service: waypost adopt makes this home fit for that.',
    ].join('\n'),
    { exitCode: 100 },
  );
}
