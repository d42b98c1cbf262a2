// The accounts whose mail is fetched: when that last went well, and what is wrong.
import type { Check } from '../../api/checks.ts';
import type { AccountStatus } from '../../api/fetch.ts';
import { accountProblems } from '../../fetch/problems.ts';
import { localMinute } from '../../lib/text/local-time.ts';
import { about } from './run-check.ts';

export function checkAccounts(accounts: readonly AccountStatus[], nowMs: number): Check[] {
  return accounts.map(account => {
    const { fine, warning, wrong, unchecked } = about('account', `Account ${account.name}`);
    const { error, lastSuccess, state } = account;
    const last = lastSuccess ? `Mail was last fetched at ${localMinute(lastSuccess.atMs)}` : 'No mail was fetched yet';
    const [problem] = accountProblems([account], nowMs);
    if (problem) return wrong(`${last}. ${problem.text}`);
    if (error)
      return warning(
        `The account ${account.name} could not be fetched since ${localMinute(error.sinceMs)}: ${error.text}. It is tried again. ${last}.`,
      );
    if (state === 'unusable') return unchecked(`Nothing is fetched until control/fetch/${account.name} is right.`);
    return lastSuccess ? fine(`${last}.`) : unchecked(`${last}, and nothing has gone wrong.`);
  });
}
