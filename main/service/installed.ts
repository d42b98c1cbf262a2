// The services of this machine that run a host: the calling user's, or root's.
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { readIfThere } from '../../core/lib/disk/read-whole-file.ts';
import { UserError } from '../../core/lib/user-error.ts';
import type { Managed } from './manager.ts';
import { serviceFilePath, serviceNameOf } from './service-file.ts';
import { homeMark } from './service-plan.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The service of this name, whether or not it is installed; undefined: this system has no such services. */
export function serviceHere(name: string, env: Environment): Managed | undefined {
  const uid = process.geteuid?.();
  if (uid === undefined) return undefined;
  const system = process.platform === 'darwin' ? 'launchd' : 'systemd';
  const isRoots = uid === 0;
  const person = { home: env.HOME || homedir(), configHome: env.XDG_CONFIG_HOME };
  return { system, name, isRoots, uid, path: serviceFilePath(system, { name, isRoots }, person) };
}

/** @throws UserError when a service of this name runs another home: that one stays as it is */
export function isInstalled(home: string, { path }: Managed): boolean {
  const text = readIfThere(path)?.toString('utf8');
  if (text === undefined) return false;
  if (text.includes(homeMark(home))) return true;
  throw new UserError(`${path} is the service of another home. Say which service is meant with --name NAME.`);
}

/** The service that runs this home, whatever its name; undefined: there is none. */
export function serviceOf(home: string, env: Environment): Managed | undefined {
  const usual = serviceHere('waypost', env);
  if (!usual) return undefined;
  for (const file of filesIn(dirname(usual.path))) {
    const name = serviceNameOf(usual.system, file);
    const service = name === undefined ? undefined : serviceHere(name, env);
    if (service && readIfThere(service.path)?.includes(homeMark(home))) return service;
  }
  return undefined;
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
