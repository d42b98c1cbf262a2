// The file of a service: its path, for the calling user or for root, and its text.
import { join } from 'node:path';
import { launchdJob } from './launchd-job.ts';
import type { ServicePlan, ServiceSystem } from './service-plan.ts';
import { systemdUnit } from './systemd-unit.ts';

/** The path of a service's file. @param home of the calling user */
export function serviceFilePath(
  system: ServiceSystem,
  { name, isRoots }: Pick<ServicePlan, 'name' | 'isRoots'>,
  { home, configHome }: { readonly home: string; readonly configHome?: string | undefined },
): string {
  if (system === 'launchd') {
    const file = `org.waypost.${name}.plist`;
    return isRoots ? join('/Library/LaunchDaemons', file) : join(home, 'Library', 'LaunchAgents', file);
  }
  const directory = isRoots ? '/etc/systemd/system' : join(configHome || join(home, '.config'), 'systemd', 'user');
  return join(directory, `${name}.service`);
}

/** The service that a file is for. @param file without its directory @returns undefined for a file that is not a service's */
export function serviceNameOf(system: ServiceSystem, file: string): string | undefined {
  return (system === 'launchd' ? /^org\.waypost\.(.+)\.plist$/ : /^(.+)\.service$/).exec(file)?.[1];
}

/** The text of the file. */
export function serviceText(system: ServiceSystem, plan: ServicePlan): string {
  return system === 'systemd' ? systemdUnit(plan) : launchdJob(plan);
}
