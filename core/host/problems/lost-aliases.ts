// Finds addresses in alias/ that do not exist, mostly because the host was renamed: postmaster's mail, and with it all double
// bounces, would go to a host that does not exist.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { classify } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import { readRegularFile } from '../../lib/disk/read-regular-file.ts';
import { displayAddress, splitAddress } from '../../message/address.ts';

/** A line of a file in alias/ that should be checked. */
export interface LostAlias {
  /** Relative to the home. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A larger file is a list of addresses, which the owner's name does not change. */
const largestBytes = 64 * 1024;

/** Lines that forward to the owner at another host, or to a host without a dot that is not delivered here. */
export function lostAliases(home: string, control: Control): LostAlias[] {
  const directory = join(home, 'alias');
  const names = readdirSync(directory).filter(name => name.startsWith('.qmail-'));
  return names.flatMap(name => {
    const raw = readRegularFile(join(directory, name), largestBytes)?.raw;
    const lines = raw?.toString('latin1').split('\n') ?? [];
    return lines.flatMap((line, at) => {
      const text = complaintAbout(line, control);
      return text === undefined ? [] : [{ file: `alias/${name}`, line: at + 1, text }];
    });
  });
}

function complaintAbout(line: string, control: Control): string | undefined {
  const address = /^&?([A-Za-z0-9][^\s]*@[^\s@]+)[ \t]*$/.exec(line)?.[1];
  if (address === undefined || classify(address, control).channel === 'local') return undefined;
  const { local, host = '' } = splitAddress(address);
  if (local !== control.owner && host.includes('.')) return undefined;
  const shown = displayAddress(address);
  return `${shown} is not delivered here: ${displayAddress(host)} is not in control/locals. If ${displayAddress(local)} of this host is meant, write &${displayAddress(local)}`;
}
