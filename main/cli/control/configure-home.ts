// What config and config-fast have in common: a missing home is created, and existing files with other values are replaced only
// with permission.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Change, writeChanges } from '../../../core/home/configure.ts';
import { type HomePlan, makeHome } from '../../../core/home/make-home.ts';
import { reasonOf, UserError } from '../../../core/lib/user-error.ts';
import { ownerOf } from '../../../core/local/users/users.ts';
import { linkPrograms } from '../../link-programs.ts';
import { connectToHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';

/**
 * @param changesOf the changes to the home as it is at that moment
 * @param mayReplace asked for each existing file that would change
 * @returns 0, or 1 when a file was not replaced
 */
export async function configureHome(
  io: CommandIo,
  plan: HomePlan,
  changesOf: (home: string) => Change[],
  mayReplace: (change: Change) => boolean | Promise<boolean>,
): Promise<number> {
  const home = io.home;
  if (!existsSync(join(home, 'control'))) {
    await makeMissingHome(io, plan);
    await writeChanges(home, changesOf(home));
    io.stdout.write('All control files were written.\n');
    return 0;
  }
  const wanted = changesOf(home).filter(change => !isImplied(home, change, plan));
  const allowed: Change[] = [];
  for (const change of wanted) if (change.before === undefined || (await mayReplace(change))) allowed.push(change);
  await writeChanges(home, allowed);
  for (const { name, text } of allowed)
    io.stdout.write(`${text === undefined ? 'Removed' : 'Wrote'} control/${name}.\n`);
  if (allowed.length > 0) io.stdout.write(await reloadHost(home, allowed));
  for (const { name } of wanted.filter(change => !allowed.includes(change)))
    io.stderr.write(`control/${name} was left as it is.\n`);
  if (wanted.length === 0) io.stdout.write('Nothing had to change.\n');
  return allowed.length === wanted.length ? 0 : 1;
}

/** Creates the home of the command, and says so. */
export async function makeMissingHome({ home, script, stdout }: CommandIo, plan: HomePlan): Promise<void> {
  await makeHome(home, plan);
  linkPrograms(home, script);
  stdout.write(`Made ${home}, with the mail of ${plan.user} in ${plan.mailHome}/Maildir.\n`);
}

/** Makes the running host read the files again. @returns a sentence about that */
async function reloadHost(home: string, changes: readonly Change[]): Promise<string> {
  const host = await connectToHost(home).catch(() => undefined);
  if (!host) return '';
  try {
    const { problem } = await host.api.call('host.reload', {});
    const first =
      problem === null ? 'The running host uses them from now on' : `The running host could not read them: ${problem}`;
    const later = changes.some(({ name }) => name === 'owner') ? '; control/owner from its next start on' : '';
    return `${first}${later}.\n`;
  } catch (error) {
    return `The running host uses them from its next start on: ${reasonOf(error)}\n`;
  } finally {
    host.close();
  }
}

/** control/owner is not needed if the owner is the user who runs the host. @throws UserError for a user without a line */
function isImplied(home: string, { name, before }: Change, { user }: HomePlan): boolean {
  if (name !== 'owner' || ownerOf(home, user)) return false;
  if (before === undefined && !existsSync(join(home, 'users/assign'))) return true;
  throw new UserError(
    `users/assign has no line =${user}: so the mail of ${user} cannot be shown. Write one first. Nothing was written.`,
  );
}
