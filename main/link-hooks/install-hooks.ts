// Writes and removes the hooks of a link. A file that is not the link's own is never touched.
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reasonOf, UserError } from '../../core/lib/user-error.ts';
import { type HookFile, type HookPlan, type HookSystem, hookMark, hookSystems } from './hook-files.ts';

/** What is said about one program of the system that runs hooks. */
export interface HooksOf {
  readonly system: HookSystem;
  /** The paths that were written or removed. */
  readonly paths: readonly string[];
  /** Nothing was written, because its hooks need the name of an interface. */
  readonly lacksInterface: boolean;
}

/** The systems of this machine, and the files that the link needs for each. @param root the root of the file system */
export function hooksFor(plan: HookPlan, root: string): { system: HookSystem; files: readonly HookFile[] }[] {
  return hookSystems
    .filter(({ directory }) => statSync(join(root, directory), { throwIfNoEntry: false })?.isDirectory())
    .map(system => ({
      system,
      files: system.needsInterface && plan.interfaceName === undefined ? [] : system.files(plan),
    }));
}

/** All files or none: the first that another program owns stops it. @throws UserError that says why nothing was written */
export function installHooks(plan: HookPlan, root = '/'): HooksOf[] {
  const all = hooksFor(plan, root);
  for (const { path } of all.flatMap(({ files }) => files)) refuseForeign(plan, join(root, path));
  removeHooks(plan, root); // Of another interface.
  return all.map(({ system, files }) => {
    for (const file of files) write(join(root, file.path), file.text);
    return { system, paths: files.map(({ path }) => path), lacksInterface: files.length === 0 };
  });
}

/** Removes what `installHooks` wrote for the link, for whichever interface. @returns the paths of the removed files */
export function removeHooks(plan: Pick<HookPlan, 'link' | 'home'>, root = '/'): string[] {
  const any: HookPlan = { ...plan, user: undefined, interfaceName: 'any' };
  const own = hookSystems
    .flatMap(({ files }) => files(any))
    .map(({ path }) => path)
    .filter(path => whose(plan, join(root, path)) === 'own');
  for (const path of own) orSay(path, () => rmSync(join(root, path)));
  return own;
}

function whose(plan: Pick<HookPlan, 'link' | 'home'>, path: string): 'none' | 'own' | 'foreign' {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return 'none';
  if (!stat.isFile()) return 'foreign';
  return readFileSync(path, 'utf8')
    .split('\n')
    .includes(`# ${hookMark(plan)}`)
    ? 'own'
    : 'foreign';
}

function refuseForeign(plan: HookPlan, path: string): void {
  if (whose(plan, path) !== 'foreign') return;
  throw new UserError(
    `${path} was not written for this link: it is another program's, or another home's. It stays as it is, and nothing was written. Move it away first.`,
  );
}

function write(path: string, text: string): void {
  const written = join(dirname(path), `.${basename(path)}.tmp`); // Names with a dot are run by none of the systems.
  orSay(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(written, { force: true });
    writeFileSync(written, text, { flag: 'wx' });
    chmodSync(written, 0o755); // Whatever the umask is.
    renameSync(written, path);
  });
}

function orSay(path: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    throw new UserError(
      `${path} cannot be changed: ${reasonOf(error)}. Only root can; --print shows what belongs there.`,
      {
        cause: error,
      },
    );
  }
}
