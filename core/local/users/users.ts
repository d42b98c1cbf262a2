// Finds the user of a local part (qmail-lspawn): in users/cdb, or if that does not exist, in users/assign; then, for a host that root
// runs, among the machine's accounts (qmail-getpw); then the user alias. Files are read again when they have changed.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CdbDamaged, cdbInMemory, hasAllTables } from '../../lib/disk/cdb.ts';
import { type FileMarks, fileMarks, sameMarks } from '../../lib/disk/file-mark.ts';
import { readIfThere } from '../../lib/disk/read-whole-file.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import { addressFromText } from '../../message/address.ts';
import { AssignFormatError, parseAssign } from './assign-file.ts';
import { type Assignment, parseAssignment } from './assignment.ts';
import { aliasOf, findSafely, type GetpwStep, getpw } from './getpw.ts';
import { lookupExactly, lookupUser, type UserTable, userTable } from './lookup.ts';
import { type FindSystemUser, findSystemUser, type SystemUser } from './system-users.ts';
import { UserLookupError } from './user-lookup-error.ts';

/** What lookups need. */
export interface UsersDeps {
  /** The Waypost home. */
  readonly home: string;
  /** Effective uid of the host; undefined where there is none. Accounts are used only if it is root. */
  readonly processUid: number | undefined;
  /** Default: the accounts of this machine. */
  readonly findSystemUser?: FindSystemUser | undefined;
}

/** The user of an address, and how it was found. */
export interface FoundUser {
  readonly assignment: Assignment;
  readonly because: /** `line`: how the line begins, `=joe` or `+joe-` (a byte string). */
    | { readonly from: 'cdb' | 'assign'; readonly line: string }
    | { readonly from: 'passwd' }
    /** `account`: the machine's account alias, not the folder of the home. */
    | { readonly from: 'alias'; readonly account: boolean };
  /** The accounts that were tried before. */
  readonly tried: readonly GetpwStep[];
}

/** Looks up local parts. */
export interface Users {
  /** @throws UserLookupError if the user cannot be determined (now) */
  find(local: string): FoundUser;
}

export function createUsers(deps: UsersDeps): Users {
  const table = openTable(deps.home);
  const find = deps.findSystemUser ?? findSystemUser;

  function assigned(local: string): FoundUser | undefined {
    const { users, from } = table();
    const record = users && lookupUser(users, local);
    if (!record) return undefined;
    const assignment = parseAssignment(record.fields);
    if (!assignment) throw new UserLookupError(112, `${pathOf(deps.home, from)}: ${record.line} has too few fields`);
    if (!assignment.homeDir.startsWith('/'))
      throw new UserLookupError(117, `${pathOf(deps.home, from)}: the home of ${record.line} does not begin with a /`);
    return { assignment, because: { from, line: record.line }, tried: [] };
  }

  return {
    find(local) {
      const found = assigned(local);
      if (found) return found;
      return deps.processUid === 0 ? accountOf(deps.home, local, find) : aliasFolderOf(deps.home, local);
    },
  };
}

/**
 * The result of qmail-getpw. The user alias is the owner of the home's alias/ folder; the machine's account alias is used if there is
 * no such folder, or if the folder is the home of that account, as in qmail's own home.
 * @throws UserLookupError 115, 116 or 118
 */
export function accountOf(home: string, local: string, find: FindSystemUser = findSystemUser): FoundUser {
  const { assignment, steps } = getpw(local, find);
  if (assignment) return { assignment, because: { from: 'passwd' }, tried: steps };
  const account = findSafely(find, 'alias');
  const folder = aliasFolder(home);
  if (!account || (folder && folder.homeDir !== account.homeDir))
    return { ...aliasFolderOf(home, local), tried: steps };
  return { assignment: aliasOf(account, local), because: { from: 'alias', account: true }, tried: steps };
}

/** A person's host does not use accounts: addresses without an assignment belong to the folder. @throws UserLookupError 116 */
function aliasFolderOf(home: string, local: string): FoundUser {
  const folder = aliasFolder(home);
  if (!folder) throw new UserLookupError(116, '');
  return { assignment: aliasOf(folder, local), because: { from: 'alias', account: false }, tried: [] };
}

function aliasFolder(home: string): SystemUser | undefined {
  const path = join(home, 'alias');
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory()
    ? { name: 'alias', uid: stat.uid, gid: stat.gid, homeDir: addressFromText(path) }
    : undefined;
}

/**
 * The assignment `=name:` of a user, for callers that need the user's home.
 * @throws UserError if the file cannot be read or parsed
 */
export function ownerOf(home: string, userName: string): Assignment | undefined {
  try {
    const { users } = openTable(home)();
    const fields = users && lookupExactly(users, userName);
    return fields === undefined ? undefined : parseAssignment(fields);
  } catch (error) {
    if (error instanceof UserLookupError) throw new UserError(error.message, { exitCode: 111, cause: error });
    throw error;
  }
}

/** Of some million users. It is kept in memory. */
const largestDatabase = 512 * 1024 * 1024;

type TableFile = 'cdb' | 'assign';

interface Table {
  /** Undefined: there is no such file. */
  readonly users: UserTable | undefined;
  readonly from: TableFile;
}

function pathOf(home: string, from: TableFile): string {
  return addressFromText(join(home, 'users', from));
}

/** Returns a function for the table of assignments, which reads the files again when they have changed. */
export function openTable(home: string): () => Table {
  const paths = [join(home, 'users/cdb'), join(home, 'users/assign')];
  let known: { table: Table; marks: FileMarks | undefined } | undefined;
  return () => {
    const marks = onTable('cdb', home, () => fileMarks(paths));
    if (!known || !sameMarks(known.marks, marks)) known = { table: readTable(home), marks };
    return known.table;
  };
}

function readTable(home: string): Table {
  const cdb = onTable('cdb', home, () => {
    const raw = readIfThere(join(home, 'users/cdb'), largestDatabase);
    if (raw && !hasAllTables(raw)) throw new CdbDamaged('the database was cut off');
    return raw && userTable(cdbInMemory(raw).records());
  });
  if (cdb) return { users: cdb, from: 'cdb' };
  const assign = onTable('assign', home, () => {
    const raw = readIfThere(join(home, 'users/assign'), largestDatabase);
    if (raw) return userTable(parseAssign(raw.toString('latin1')));
    // If the directory does not exist, all assignments are missing, and the user is unknown.
    statSync(join(home, 'users'));
    return undefined;
  });
  return { users: assign, from: 'assign' };
}

/** @throws UserLookupError 117 that names file, line and reason */
function onTable<T>(from: TableFile, home: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    const path = pathOf(home, from);
    if (error instanceof AssignFormatError) {
      const line = error.line === undefined ? '' : `:${error.line}`;
      throw new UserLookupError(117, `bad format in users/assign: ${path}${line}: ${error.message}`);
    }
    throw new UserLookupError(117, `unable to read users/${from}: ${path}: ${addressFromText(reasonOf(error))}`);
  }
}
