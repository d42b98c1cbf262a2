// What front ends ask of the accounts: `fetch.*` of the contract.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HandlersOf, Method } from '../api/contract.ts';
import { refusal } from '../api/errors.ts';
import { longestAccountFile } from '../api/fetch-grammar.ts';
import { parseAccount } from '../control/fetch/account-file.ts';
import { accountWords } from '../control/fetch/account-words.ts';
import { accountsDirectory } from '../control/fetch/read-accounts.ts';
import { publish } from '../lib/disk/durable.ts';
import { ensurePrivateDirectory } from '../lib/disk/private-directory.ts';
import { readRegularFile } from '../lib/disk/read-regular-file.ts';
import { createInOrder } from '../lib/in-order.ts';
import { reasonOf } from '../lib/user-error.ts';
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

  const pathOf = (name: string) => join(accountsDirectory(home), name);
  const inOrder = createInOrder();

  function textOf(name: string): string | null {
    try {
      return readRegularFile(pathOf(name), longestAccountFile)?.raw?.toString('utf8') ?? null;
    } catch {
      return running.get(name)?.file.text ?? null;
    }
  }

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
      return { text: textOf(name) };
    },
    async 'fetch.check'({ name, text }) {
      const { problems } = parseAccount(name, text);
      return { problems: problems.map(problem => ({ line: problem.line ?? null, text: problem.text })) };
    },
    async 'fetch.words'() {
      const entries = Object.entries(accountWords);
      return { words: entries.map(([word, { takes, example, says }]) => ({ word, takes, example, says })) };
    },
    async 'fetch.save'({ name, text }) {
      const [problem] = parseAccount(name, text).problems;
      const where = problem?.line === undefined ? '' : `line ${problem.line}: `;
      if (problem) throw refusal('account-file-wrong', { account: name, why: `${where}${problem.text}` });
      try {
        mkdirSync(accountsDirectory(home), { recursive: true, mode: 0o755 });
        const temporary = join(accountsDirectory(home), `.${name}.tmp`);
        await inOrder(() => publish(pathOf(name), Buffer.from(text), 0o644, temporary));
      } catch (error) {
        throw refusal('account-not-saved', { account: name, why: reasonOf(error) });
      }
      accountsSaved();
      return {};
    },
    async 'fetch.remove'({ name }) {
      accountOf(name);
      try {
        rmSync(pathOf(name), { force: true });
      } catch (error) {
        throw refusal('account-not-removed', { account: name, why: reasonOf(error) });
      }
      accountsSaved();
      return {};
    },
    async 'fetch.password'({ name, password }) {
      const account = accountOf(name);
      const { secret } = account.file.account;
      if (secret === '' || /[\r\n\0]/.test(password)) {
        const why = secret === '' ? 'the account has no secret line' : 'it has characters that no server can get';
        throw refusal('password-not-saved', { account: name, why });
      }
      try {
        ensurePrivateDirectory(join(home, 'secrets'));
        await inOrder(() => publish(join(home, 'secrets', secret), Buffer.from(`${password}\n`), 0o600));
      } catch (error) {
        throw refusal('password-not-saved', { account: name, why: reasonOf(error) });
      }
      account.use(account.file);
      return {};
    },
  };
}
