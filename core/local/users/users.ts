// Who gets the mail for a local part (qmail-lspawn): users/cdb, or where there is none users/assign itself; then, for a
// host that root runs, the machine's accounts (qmail-getpw); then the user alias. Every delivery sees the files as they are.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CdbDamaged, cdbInMemory, hasAllTables } from '../../lib/disk/cdb.ts';
import { type FileMarks, fileMarks, sameMarks } from '../../lib/disk/file-mark.ts';
import { readIfThere } from '../../lib/disk/read-if-there.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import { addressFromText } from '../../message/address.ts';
import { AssignFormatError, parseAssign } from './assign-file.ts';
import { type Assignment, parseAssignment } from './assignment.ts';
import { aliasOf, findSafely, type GetpwStep, getpw } from './getpw.ts';
import { lookupExactly, lookupUser, type UserTable, userTable } from './lookup.ts';
import { type FindSystemUser, findSystemUser, type SystemUser } from './system-users.ts';
import { UserLookupError } from './user-lookup-error.ts';

/** Where lookups happen. */
export interface UsersDeps {
  /** The Waypost home. */
  readonly home: string;
  /** Effective uid of the host; undefined where there is none. Only for root are the machine's accounts asked. */
  readonly processUid: number | undefined;
  /** Default: the accounts of this machine. */
  readonly findSystemUser?: FindSystemUser | undefined;
}

/** Whom an address belongs to, and why. */
export interface FoundUser {
  readonly assignment: Assignment;
  readonly because: /** `line`: how the line begins, `=joe` or `+joe-` (a byte string). */
    | { readonly from: 'cdb' | 'assign'; readonly line: string }
    | { readonly from: 'passwd' }
    /** `account`: the machine's user alias, not the folder of the home. */
    | { readonly from: 'alias'; readonly account: boolean };
  /** The accounts that were looked for before. */
  readonly tried: readonly GetpwStep[];
}

/** Looks local parts up, always as the files are now. */
export interface Users {
  /** @throws UserLookupError when nobody can say (for now) */
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
 * The answer of qmail-getpw. The user alias is the home's alias/ folder and whoever owns it; the machine's account of that
 * name counts when there is no such folder, or when the folder is that account's home, as in qmail's own home.
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

/** A person's host asks for no accounts: what was not assigned is the folder's. @throws UserLookupError 116 */
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
 * The assignment `=name:` of a user, for whoever needs the user's home.
 * @throws UserError when the file cannot be read or understood
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

type TableFile = 'cdb' | 'assign';

interface Table {
  /** Undefined: there is no such file. */
  readonly users: UserTable | undefined;
  readonly from: TableFile;
}

function pathOf(home: string, from: TableFile): string {
  return addressFromText(join(home, 'users', from));
}

/** The table of assignments; whoever holds the function reads the files again when they were changed. */
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
    const raw = readIfThere(join(home, 'users/cdb'));
    if (raw && !hasAllTables(raw)) throw new CdbDamaged('the database was cut off');
    return raw && userTable(cdbInMemory(raw).records());
  });
  if (cdb) return { users: cdb, from: 'cdb' };
  const assign = onTable('assign', home, () => {
    const raw = readIfThere(join(home, 'users/assign'));
    if (raw) return userTable(parseAssign(raw.toString('latin1')));
    // Without its directory no assignment is missing: all of them are, and whose mail it is is not known.
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
