// Calls the service manager: systemctl, or launchctl on macOS.
import { execFile } from 'node:child_process';
import { errorCode } from '../../core/lib/user-error.ts';
import type { ServiceSystem } from './service-plan.ts';

/** How one call of a program of the system ended. */
export interface Told {
  /** undefined: there is no such program. */
  readonly code: number | undefined;
  /** Its output; on failure its error output. */
  readonly said: string;
}

export type Tell = (program: string, args: readonly string[]) => Promise<Told>;

/** Runs a program of the system with this environment. */
export function tellWith(env: Readonly<Record<string, string | undefined>>): Tell {
  return (program, args) =>
    new Promise(resolve => {
      execFile(program, args, { env: { ...env }, encoding: 'utf8' }, (error, stdout, stderr) => {
        if (!error) resolve({ code: 0, said: stdout.trim() });
        else if (errorCode(error) === 'ENOENT') resolve({ code: undefined, said: `there is no ${program} here` });
        else resolve({ code: typeof error.code === 'number' ? error.code : 1, said: stderr.trim() || stdout.trim() });
      });
    });
}

/** A service of this machine, by the names that the commands use. */
export interface Managed {
  readonly system: ServiceSystem;
  readonly name: string;
  readonly isRoots: boolean;
  readonly uid: number;
  readonly path: string;
}

type Call = readonly [program: string, ...args: string[]];

function systemctl({ isRoots }: Managed, ...args: string[]): Call {
  return ['systemctl', ...(isRoots ? [] : ['--user']), ...args];
}

function domain({ isRoots, uid }: Managed): string {
  return isRoots ? 'system' : `gui/${uid}`;
}

/** What an installed service can be told to do, until the next boot. */
export type Order = 'start' | 'stop' | 'restart';

export function orderCalls(order: Order, service: Managed): readonly Call[] {
  if (service.system === 'systemd') return [systemctl(service, order, service.name)];
  const job = `${domain(service)}/org.waypost.${service.name}`;
  if (order === 'restart') return [['launchctl', 'kickstart', '-k', job]];
  return [
    order === 'start' ? ['launchctl', 'bootstrap', domain(service), service.path] : ['launchctl', 'bootout', job],
  ];
}

/** The calls after which a new service runs, now and from the next boot on. */
export function startCalls(service: Managed): readonly Call[] {
  if (service.system === 'launchd') return [['launchctl', 'bootstrap', domain(service), service.path]];
  const { name } = service;
  return [systemctl(service, 'daemon-reload'), systemctl(service, 'enable', name), systemctl(service, 'restart', name)];
}

/** The calls that end it, before its file is removed. */
export function stopCalls(service: Managed): readonly Call[] {
  if (service.system === 'launchd') return [['launchctl', 'bootout', `${domain(service)}/org.waypost.${service.name}`]];
  return [systemctl(service, 'disable', '--now', service.name)];
}

/** The calls after its file was removed. */
export function goneCalls(service: Managed): readonly Call[] {
  return service.system === 'launchd' ? [] : [systemctl(service, 'daemon-reload')];
}

/** The call that asks whether it runs. */
export function activeCall(service: Managed): Call {
  if (service.system === 'launchd') return ['launchctl', 'print', `${domain(service)}/org.waypost.${service.name}`];
  return systemctl(service, 'is-active', service.name);
}

/** Makes the calls in order, until one fails. @returns the call that failed, and how */
export async function makeCalls(tell: Tell, calls: readonly Call[]): Promise<{ call: string; told: Told } | undefined> {
  for (const [program, ...args] of calls) {
    const told = await tell(program, args);
    if (told.code !== 0) return { call: [program, ...args].join(' '), told };
  }
  return undefined;
}
