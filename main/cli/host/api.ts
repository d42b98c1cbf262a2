// waypost api: any call of the Api from the command line. A script can do what the window can do.

import { contract, type Method } from '../../../core/api/contract.ts';
import { printableJson } from '../../../core/lib/text/printable.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { withHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 answered, 1 no host or refused, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [method, json = '{}'] = args;
  if (method === undefined || !Object.hasOwn(contract, method)) {
    io.stderr.write(`api: name one of these calls:\n  ${Object.keys(contract).join('\n  ')}\n`);
    return 100;
  }
  return withHost(io, 'api', async api => {
    const answer = await api.call(method as Method, parseJson(json));
    io.stdout.write(printableJson(answer));
    return 0;
  });
}

function parseJson(text: string): never {
  try {
    return JSON.parse(text) as never;
  } catch {
    throw new UserError(`${text} is not JSON.`, { exitCode: 100 });
  }
}
