// The control files of a home as one frozen value. Services get this value; they never read control files themselves.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/user-error.ts';
import type { HostFile } from './file-kinds.ts';
import { type HostFileName, hostFiles } from './file-table.ts';
import { type MoreRcptHosts, moreRcptHostsIn } from './morercpthosts.ts';
import { type ControlFiles, controlFilesOfHome } from './read-control-files.ts';

type ValueOf<File> = File extends HostFile<string, infer Value> ? Value : never;

type Fields = {
  readonly [Name in HostFileName as (typeof hostFiles)[Name]['field']]: ValueOf<(typeof hostFiles)[Name]>;
};

/**
 * A qmail home's configuration at one moment: a field for each file of file-table.ts. Strings are byte strings; keys of sets
 * and maps are lower case.
 */
export interface Control extends Fields {
  /** More `rcptHosts` in a cdb file, for hosts with very many; asked only where there are `rcptHosts`. */
  readonly moreRcptHosts: MoreRcptHosts;
}

/** How many clients a service takes; 0: no limit. */
export interface ConnectionLimits {
  /** Clients at the same time. */
  readonly total: number;
  /** Clients at the same time from one address of strangers (of IPv6: one /64 network). */
  readonly perAddress: number;
  /** Connections within a minute from one address of strangers. */
  readonly perMinute: number;
}

/** The limits of SMTP, QMTP and QMQP. */
export function connectionLimitsIn(control: Control): ConnectionLimits {
  const { concurrencyIncoming, concurrencyPerIp, connectionRate } = control;
  return { total: concurrencyIncoming, perAddress: concurrencyPerIp, perMinute: connectionRate };
}

/**
 * Reads `home/control`.
 * @param files default: as they are now
 * @throws UserError when `home` is not a qmail home or a control file cannot be read
 */
export function readControl(home: string, files: ControlFiles = controlFilesOfHome(home)): Control {
  const me = files.line('me');
  if (!me)
    throw new UserError(`${join(home, 'control', 'me')} is missing or empty: it must hold the name of this host.`);
  return controlOf(home, files, me);
}

/**
 * What the files say. A program reads `me` once, when it starts, so it is passed in.
 * @throws UserError when a control file cannot be read
 */
export function controlOf(home: string, files: ControlFiles, me: string): Control {
  const directory = join(home, 'control');
  // Without the directory the defaults would apply to all files, but what the files say is unknown.
  if (!existsSync(directory)) throw new UserError(`${directory} is missing.`);
  const names = Object.keys(hostFiles) as HostFileName[];
  return Object.freeze({ ...fieldsIn(names, files, me), moreRcptHosts: moreRcptHostsIn(directory) } as Control);
}

/** The fields of some files only; the others need not be readable. @throws UserError when one cannot be read */
export function fieldsIn<Name extends HostFileName>(
  names: readonly Name[],
  files: ControlFiles,
  me: string,
): Pick<Fields, (typeof hostFiles)[Name]['field']> {
  const fields = names.map(name => [hostFiles[name].field, hostFiles[name].value(files, name, me)]);
  return Object.fromEntries(fields) as Pick<Fields, (typeof hostFiles)[Name]['field']>;
}
