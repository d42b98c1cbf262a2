// What front ends ask of the accounts: `fetch.*` of the contract.
import type { HandlersOf, Method } from '../api/contract.ts';
import { refusal } from '../api/errors.ts';
import { longestAccountFile } from '../api/fetch-grammar.ts';
import { parseAccount } from '../control/fetch/account-file.ts';
import { accountWords } from '../control/fetch/account-words.ts';
import { accountsDirectory } from '../control/fetch/read-accounts.ts';
import { explainWords, firstProblemText, shownProblems } from '../control/word-file/word-file.ts';
import { openWordStore } from '../control/word-file/word-store.ts';
import { createInOrder } from '../lib/in-order.ts';
import { reasonOf } from '../lib/user-error.ts';
import { isTokenFile } from '../login/oauth/token-file.ts';
import { writeSecretFile } from '../login/secret-files.ts';
import { addressFromText } from '../message/address.ts';
import type { RunningAccount } from './running-account.ts';

export type FetchHandlers = HandlersOf<Extract<Method, `fetch.${string}`>>;

interface HandlerDeps {
  readonly home: string;
  readonly running: ReadonlyMap<string, RunningAccount>;
  readonly accountsSaved: () => void;
}

export function createFetchHandlers({ home, running, accountsSaved }: HandlerDeps): FetchHandlers {
  function accountOf(name: string): RunningAccount {
    const account = running.get(name);
    if (!account) throw refusal('account-gone', { account: name });
    return account;
  }

  const files = openWordStore(accountsDirectory(home), longestAccountFile);
  const inOrder = createInOrder();

  return {
    async 'fetch.list'() {
      return { accounts: [...running.values()].map(account => account.status()) };
    },
    async 'fetch.now'({ name }) {
      const account = accountOf(name);
      const [problem] = account.file.problems;
      if (problem) throw refusal('account-unusable', { account: name, why: problem.text });
      return { started: account.fetchNow() };
    },
    async 'fetch.stop'({ name }) {
      return { stopped: accountOf(name).stop() };
    },
    async 'fetch.file'({ name }) {
      const { text, stamp } = files.read(name);
      // What cannot be read now was read before.
      return { text: text ?? (stamp === '' ? null : (running.get(name)?.file.text ?? null)), stamp };
    },
    async 'fetch.check'({ name, text }) {
      return { problems: shownProblems(parseAccount(name, text).problems) };
    },
    async 'fetch.words'() {
      return { words: explainWords(accountWords) };
    },
    async 'fetch.save'({ name, text, stamp }) {
      const why = firstProblemText(parseAccount(name, text).problems);
      if (why !== undefined) throw refusal('account-file-wrong', { account: name, why });
      const isSaved = await files.replace(name, text, stamp).catch((error: unknown) => {
        throw refusal('account-not-saved', { account: name, why: reasonOf(error) });
      });
      if (!isSaved) throw refusal('account-stale', { account: name });
      accountsSaved();
      return { stamp: files.read(name).stamp };
    },
    async 'fetch.remove'({ name }) {
      accountOf(name);
      try {
        files.remove(name);
      } catch (error) {
        throw refusal('account-not-removed', { account: name, why: reasonOf(error) });
      }
      accountsSaved();
      return {};
    },
    async 'fetch.password'({ name, password }) {
      const account = accountOf(name);
      const { secret } = account.file.account;
      const why = whyNoPassword(secret, password);
      if (why !== undefined) throw refusal('password-not-saved', { account: name, why });
      try {
        await inOrder(() => writeSecretFile(home, secret, `${addressFromText(password)}\n`));
      } catch (error) {
        throw refusal('password-not-saved', { account: name, why: reasonOf(error) });
      }
      account.use(account.file);
      return {};
    },
  };
}

/** @returns why this password is not saved as `secrets/NAME`, without its full stop; undefined: it can be */
function whyNoPassword(secret: string, password: string): string | undefined {
  if (secret === '') return 'the account has no secret line';
  if (isTokenFile(secret)) return `secrets/${secret} is for tokens, which waypost login gets`;
  return /[\r\n\0]/.test(password) ? 'it has characters that no server can get' : undefined;
}
