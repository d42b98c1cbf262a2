// The plan of a host as a service of this machine, and its requirements.
import { readFileSync } from 'node:fs';
import { UserError } from '../../core/lib/user-error.ts';

/** A host that will run as a service. */
export interface ServicePlan {
  readonly name: string;
  readonly home: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Root's, for the whole machine. */
  readonly isRoots: boolean;
  /** Variables that the command needs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The service managers. */
export type ServiceSystem = 'systemd' | 'launchd';

/** A comment in the file: the home that the service is for. */
export function homeMark(home: string): string {
  return `The home: ${encodeURI(home).replaceAll('--', '-%2D')} .`;
}

/** @throws UserError for a name that cannot be a file's and a unit's */
export function checkServiceName(name: string): void {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) return;
  throw new UserError(`${name} cannot be the name of a service: it needs a to z, 0 to 9, - and _.`, { exitCode: 100 });
}

/** The first port that users other than root may listen on. */
export function firstOpenPort(platform: NodeJS.Platform): number {
  if (platform !== 'linux') return platform === 'darwin' ? 0 : 1024;
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'latin1'));
  } catch {
    return 1024;
  }
}

/** @throws UserError that says what can be done, when a user's service would listen where only root may */
export function checkPorts(ports: readonly number[], isRoots: boolean, firstOpen: number): void {
  const low = ports.find(port => port !== 0 && port < firstOpen);
  if (isRoots || low === undefined) return;
  throw new UserError(
    [
      `Only root may listen on port ${low}: other users' ports start at ${firstOpen}. Choose one of these, such as 2525, and either`,
      `redirect port ${low} to it (nft add rule ip nat prerouting tcp dport ${low} redirect to :2525),`,
      `or allow all users to listen on ${low} (sysctl -w net.ipv4.ip_unprivileged_port_start=${low}),`,
      'or have root install the service: waypost adopt prepares this home for that.',
    ].join('\n'),
    { exitCode: 100 },
  );
}
