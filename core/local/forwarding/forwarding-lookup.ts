// The lookups of fastforward: the instructions and the owner of an address, and the entries of a mailing list.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { CdbDamaged, cdbInFile } from '../../lib/disk/cdb.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import { splitAddress } from '../../message/address.ts';
import { rawPath } from '../raw-path.ts';
import { ownerKey, targetKey } from './forwarding-table.ts';
import { decodeList } from './mailing-list-file.ts';

/** An open forwarding database. Lookups throw UserError (exit code 111) if it cannot be read. */
export interface Forwardings {
  /** The instructions for exactly this target, or undefined. */
  instructions(target: string): readonly string[] | undefined;
  /** The address that gets bounces of messages that this target forwards. */
  owner(target: string): string | undefined;
  close(): void;
}

/**
 * Opens a database. All strings are byte strings.
 * @param name as given by the user, for error texts
 * @throws UserError (exit code 111)
 */
export function openForwardings(name: string, path: string): Forwardings {
  const fd = orUnreadable(name, () => openSync(rawPath(path), 'r'));
  function get(key: Buffer): string | undefined {
    const data = orUnreadable(name, () => cdbInFile(fd).get(key));
    return data && Buffer.from(data).toString('latin1');
  }
  return {
    instructions: target => get(targetKey(target))?.split('\0').slice(0, -1),
    owner: target => get(ownerKey(target)),
    close: () => closeSync(fd),
  };
}

/** The targets that match an address: itself, its host, its local part. */
export function targetsOf(address: string): readonly string[] {
  const { local, host } = splitAddress(address);
  return host === undefined ? [address] : [address, `@${host}`, `${local}@`];
}

/**
 * The entries of a mailing list.
 * @param name as in the instruction, for error texts
 * @throws UserError (exit code 111) if it cannot be read, or is not world-readable
 */
export function readMailingList(name: string, path: string): readonly string[] {
  const raw = orUnreadable(name, () => {
    const fd = openSync(rawPath(path), 'r');
    try {
      if ((fstatSync(fd).mode & 0o444) !== 0o444) throw temporary(`${name} is not world-readable`);
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  });
  return orUnreadable(name, () => decodeList(raw));
}

function orUnreadable<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 111) throw error;
    if (error instanceof CdbDamaged) throw temporary(`unable to read ${name}: ${error.message}`);
    throw temporary(`unable to read ${name}: ${reasonOf(error)}`);
  }
}

function temporary(text: string): UserError {
  return new UserError(text, { exitCode: 111 });
}
