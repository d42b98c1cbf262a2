// waypost config-fast: writes the control files of a host of this name, without questions.
import { complaintAbout, fastChanges } from '../../../core/home/configure.ts';
import { usualPlan } from '../../../core/home/make-home.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { configureHome } from './configure-home.ts';

const usage = 'usage: waypost config-fast [--user NAME] [--mail-home DIR] [--force] HOST\n';

/** @returns 0 written, 1 files exist already, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: {
      user: { type: 'string' },
      'mail-home': { type: 'string' },
      force: { type: 'boolean', default: false },
    },
  });
  const [me] = positionals;
  if (!me || positionals.length > 1) {
    io.stderr.write(usage);
    return 100;
  }
  const wrong = complaintAbout('me', me);
  if (wrong) throw new UserError(wrong, { exitCode: 100 });
  const plan = usualPlan({ me, user: values.user, mailHome: values['mail-home'] });
  const there = fastChanges(io.home, plan).filter(({ before }) => before !== undefined);
  if (there.length > 0 && !values.force) {
    const names = there.map(({ name }) => `control/${name}`).join(', ');
    throw new UserError(`${names} would be replaced. Nothing was written; --force does it.`);
  }
  return configureHome(
    io,
    plan,
    home => fastChanges(home, plan),
    () => true,
  );
}
