// waypost adopt: prepares a home for a host that root starts (for homes of earlier versions, and of one person).
import { adoptHome } from '../../../core/home/adopt-home.ts';
import { linkPrograms } from '../../link-programs.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { accountMaker, accountOptions, namedAccounts } from './account-options.ts';

/** @returns 0 done; refusals are thrown as UserError */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions(args, { options: accountOptions });
  const home = io.home;
  const { host } = await adoptHome(home, namedAccounts(values), accountMaker(values));
  linkPrograms(home, io.script);
  io.stdout.write(`${home} is ready for a host that root starts: it runs as uid ${host.uid}.\n`);
  return 0;
}
