// The file of a service: where it goes, for the person who calls or for root, and what it says.
import { join } from 'node:path';
import { launchdJob } from './launchd-job.ts';
import type { ServicePlan, ServiceSystem } from './service-plan.ts';
import { systemdUnit } from './systemd-unit.ts';

/** Where a service's file is. @param home of the person who calls */
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

/** The other way round. @param file without its directory @returns undefined for one that is not a service's */
export function serviceNameOf(system: ServiceSystem, file: string): string | undefined {
  return (system === 'launchd' ? /^org\.waypost\.(.+)\.plist$/ : /^(.+)\.service$/).exec(file)?.[1];
}

/** What stands in it. */
export function serviceText(system: ServiceSystem, plan: ServicePlan): string {
  return system === 'systemd' ? systemdUnit(plan) : launchdJob(plan);
}
