// waypost fetch: fetches the mail of accounts now, or lists them.

import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import type { Api } from '../../../core/api/contract.ts';
import type { AccountStatus } from '../../../core/api/fetch.ts';
import { printableJson } from '../../../core/lib/text/printable.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { withHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { accountText, endText, progressText } from './account-text.ts';

/** @returns 0 done, 1 an account failed or no host, 100 wrong usage */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  return withHost(io, 'fetch', async api => {
    const ended = await Promise.all([...new Set(positionals)].map(name => fetchAndWait(api, name, io, values.json)));
    const failed = ended.some(ok => !ok);
    if (positionals.length > 0 && !values.json) return failed ? 1 : 0;
    const { accounts } = await api.call('fetch.list', {});
    const shown = accounts.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    io.stdout.write(values.json ? printableJson({ accounts: shown }) : listText(shown));
    return failed ? 1 : 0;
  });
}

function listText(accounts: readonly AccountStatus[]): string {
  if (accounts.length === 0) return 'There are no accounts. Write one to control/fetch/NAME; see waypost-fetch(1).\n';
  return accounts.map(accountText).join('\n');
}

const lookMs = 200;

/** @returns whether it went well */
async function fetchAndWait(api: Api, name: string, io: CommandIo, isQuiet: boolean): Promise<boolean> {
  const say = (text: string) => {
    if (text !== '' && !isQuiet) io.stdout.write(`${name}: ${text}\n`);
  };
  await statusOf(api, name);
  await api.call('fetch.now', { name });
  let said = '';
  for (;;) {
    const account = await statusOf(api, name);
    if (account.state !== 'fetching') {
      say(endText(account));
      return account.error === null;
    }
    const now = account.progress ? progressText(account.progress) : '';
    if (now !== said) say(now);
    said = now;
    await setTimeoutPromise(lookMs);
  }
}

/** @throws UserError when there is no such account */
async function statusOf(api: Api, name: string): Promise<AccountStatus> {
  const { accounts } = await api.call('fetch.list', {});
  const found = accounts.find(account => account.name === name);
  if (!found) throw new UserError(`There is no account ${name}. waypost fetch lists them all.`);
  return found;
}
