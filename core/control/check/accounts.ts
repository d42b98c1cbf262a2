// The accounts of a home (control/fetch): lines that mean nothing, passwords that others can read, mail that would leave again.
import { collectInSlices } from '../../lib/time-slice.ts';
import { readPasswordFile, secretName } from '../../login/secret-files.ts';
import { displayAddress } from '../../message/address.ts';
import { classify } from '../classify.ts';
import type { Control } from '../control.ts';
import { serverOf } from '../fetch/account.ts';
import { type AccountOfHome, accountsIn, readAccounts } from '../fetch/read-accounts.ts';
import { type Finding, findingsIn } from './finding.ts';
import { lineOf, sentence, shown, unreadableDirectory } from './word-files.ts';

/** The accounts, or what keeps them from being read. */
export function accountsOf(home: string): {
  readonly accounts: readonly AccountOfHome[];
  readonly findings: readonly Finding[];
} {
  try {
    return { accounts: readAccounts(home), findings: [] };
  } catch (error) {
    return unreadableAccounts(error);
  }
}

/** The same in slices. */
export async function accountsOfSlowly(home: string): Promise<ReturnType<typeof accountsOf>> {
  try {
    return { accounts: await collectInSlices(accountsIn(home)), findings: [] };
  } catch (error) {
    return unreadableAccounts(error);
  }
}

function unreadableAccounts(error: unknown): ReturnType<typeof accountsOf> {
  return { accounts: [], findings: [unreadableDirectory('fetch', 'account', error)] };
}

/** What is wrong with the files themselves, whatever the other files say. */
export function checkAccountFiles(home: string, accounts: readonly AccountOfHome[]): Finding[] {
  return [...checkEachAccount(home, accounts), ...checkAccountsTogether(accounts)];
}

export function checkEachAccount(home: string, accounts: readonly AccountOfHome[]): Finding[] {
  return accounts.flatMap(account => [...checkFile(account), ...checkSecret(home, account)]);
}

function checkFile(account: AccountOfHome): Finding[] {
  const { warning } = findingsOf(account);
  return account.problems.map(({ text, line }) =>
    warning('account-problem', `${sentence(text)} Until this is right, nothing is fetched.`, line),
  );
}

function findingsOf({ account }: AccountOfHome) {
  return findingsIn(`fetch/${shown(account.name)}`);
}

function checkSecret(home: string, account: AccountOfHome): Finding[] {
  const { secret } = account.account;
  if (!secretName.test(secret)) return []; // A problem of the file itself.
  const file = readPasswordFile(home, secret);
  // What is closed to the user who asks may be right.
  if (file.kind === 'read' || file.isDenied) return [];
  const text = `There is no password that can be used, and nothing is fetched: ${file.why}.`;
  return [findingsOf(account).warning('secret-unusable', text, lineOf(account.text, 'secret'))];
}

/** Two accounts for one mailbox fetch each message twice. */
export function checkAccountsTogether(accounts: readonly AccountOfHome[]): Finding[] {
  const first = new Map<string, string>();
  return accounts.flatMap(account => {
    const { name, user } = account.account;
    if (account.problems.length > 0) return [];
    const key = `${serverOf(account.account).host.toLowerCase()} ${user}`;
    const other = first.get(key);
    first.set(key, other ?? name);
    if (other === undefined) return [];
    const text = `The account ${shown(other)} fetches the same mailbox: each message comes twice. Remove one of the two.`;
    return [findingsOf(account).warning('account-twice', text)];
  });
}

/** The recipients of accounts beside locals and virtualdomains. */
export function checkAccountRecipients(accounts: readonly AccountOfHome[], control: Control): Finding[] {
  return accounts.flatMap(account => {
    const { to, multidrop } = account.account;
    const { warning } = findingsOf(account);
    const leaves = (address: string | undefined) =>
      address !== undefined && classify(address, control).channel === 'remote';
    const found: Finding[] = [];
    if (leaves(to)) {
      const text = `${displayAddress(to ?? '')} is not delivered on this host: nothing is fetched. Write an address of this host, or add its domain to control/locals.`;
      found.push(warning('account-recipient-remote', text, lineOf(account.text, 'to')));
    }
    if (multidrop !== undefined && leaves(`x@${multidrop}`)) {
      const text = `Mail to ${multidrop} is not delivered on this host: nothing is fetched. Add ${multidrop} to control/locals or control/virtualdomains.`;
      found.push(warning('account-domain-remote', text, lineOf(account.text, 'multidrop')));
    }
    return found;
  });
}
