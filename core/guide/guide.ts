// The guide: what front ends ask of it (`guide.*` of the contract). A trial keeps its answers in memory; what it has tried is what is
// written, and nothing before.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HandlersOf, Method } from '../api/contract.ts';
import { refusal } from '../api/errors.ts';
import type { GuideAnswers, HostAnswers, ProviderAnswers } from '../api/guide.ts';
import { ownAddress } from '../api/guide.ts';
import type { Account } from '../control/fetch/account.ts';
import { parseAccount } from '../control/fetch/account-file.ts';
import { textsIn } from '../control/read-control-files.ts';
import { reasonOf } from '../lib/user-error.ts';
import { type Secret, secretOf } from '../login/secret.ts';
import { readPasswordFile } from '../login/secret-files.ts';
import { addressFromText } from '../message/address.ts';
import { namesAdvice } from './advice.ts';
import { findServers, type GuideDns, passwordAt } from './find-servers.ts';
import { type FilesNow, type PlannedFile, planProvider, planWithoutProvider } from './plan-files.ts';
import { nameForAccount, presentAccounts, presentRole } from './present-answers.ts';
import { shownFile } from './shown-file.ts';
import { type PlannedStep, type RunningTrial, startTrial } from './trial.ts';
import { planProviderTrial, type TryingDeps } from './try-provider.ts';
import { writePlanned } from './write-files.ts';

type GuideHandlers = HandlersOf<Extract<Method, `guide.${string}`>>;

export interface GuideDeps extends TryingDeps {
  readonly home: string;
  readonly dns: GuideDns;
  /** The address on this host that gets fetched mail: a byte string. */
  readonly ownAddress: () => string;
  /** The person's name, as the settings have it. */
  readonly name: () => string;
  readonly hasLinks: () => boolean;
  /** The answers about the host as the files have them. */
  readonly presentHost: () => HostAnswers;
  /** The files of a host that receives its mail itself. */
  readonly planHost: (answers: HostAnswers) => readonly PlannedFile[];
  /** What the DNS says of its names. */
  readonly checkNames: (answers: HostAnswers) => Promise<{ readonly ok: boolean; readonly says: readonly string[] }>;
  /** Before anything is written: a home that is not there yet is made. */
  readonly prepare: () => Promise<void>;
  /** Everything is written. @param name for From, if the guide asked for it */
  readonly saved: (name: string | undefined) => Promise<void>;
}

interface Kept {
  readonly id: string;
  readonly running: RunningTrial;
  readonly files: readonly PlannedFile[];
  readonly secret: { readonly name: string; readonly secret: Secret } | undefined;
  readonly name: string | undefined;
}

export interface Guide {
  readonly handlers: GuideHandlers;
  /** Ends a trial that runs. */
  close(): Promise<void>;
}

export function createGuide(deps: GuideDeps): Guide {
  const { home } = deps;
  const now = filesNow(home);
  /** One at a time. */
  let kept: Kept | undefined;

  const present = (): ProviderAnswers[] => presentAccounts(now, deps.name());

  function accountOf({ account, address }: ProviderAnswers, accounts: readonly ProviderAnswers[]): string {
    const known = accounts.find(one => one.address.toLowerCase() === address.toLowerCase() || one.account === account);
    return known?.account ?? nameForAccount(address, takenNames(home));
  }

  /** @throws ApiError when there is none */
  function secretFor({ password, sending }: ProviderAnswers, account: string): Secret {
    // A provider shows an app password in groups of letters, and does not count the blanks.
    const typed = passwordAt(sending.host).kind === 'app' ? password.replaceAll(' ', '') : password;
    if (typed !== '') return secretOf(addressFromText(typed));
    const file = readPasswordFile(home, account);
    if (file.kind === 'problem') throw refusal('guide-no-password', { why: file.why });
    return secretOf(file.text);
  }

  function tryProvider(answers: ProviderAnswers, stopper: AbortController): Omit<Kept, 'id'> {
    const accounts = present();
    const account = accountOf(answers, accounts);
    const secret = secretFor(answers, account);
    const others = accounts.filter(one => one.account !== account);
    const files = planProvider({ answers, account, to: deps.ownAddress(), others }, now);
    const credential = { kind: 'password', user: addressFromText(answers.user), secret } as const;
    const trial = {
      ...{ answers, credential, stop: stopper.signal },
      account: answers.fetching ? plannedAccount(account, files, now) : undefined,
      password: passwordAt(answers.sending.host),
    };
    const shownSecret = answers.password === '' ? [] : [{ path: `secrets/${account}`, text: hiddenSecret }];
    const plan = { ...planProviderTrial(trial, deps), files: [...shownSecret, ...files.map(shownFile)] };
    return {
      running: startTrial(plan, stopper, deps.clock),
      secret: answers.password === '' ? undefined : { name: account, secret },
      ...{ files, name: answers.name },
    };
  }

  function tryHost(answers: HostAnswers, stopper: AbortController): Omit<Kept, 'id'> {
    const files = [...planWithoutProvider(present(), now), ...deps.planHost(answers)];
    const names: PlannedStep = {
      step: 'names',
      async run() {
        const { ok, says } = await deps.checkNames(answers);
        return { state: ok ? 'done' : 'unsure', says, ...(!ok && { advice: namesAdvice }) };
      },
    };
    const plan = { steps: answers.role === 'local' ? [] : [names], files: files.map(shownFile), close: () => {} };
    return { running: startTrial(plan, stopper, deps.clock), files, secret: undefined, name: undefined };
  }

  function trialCalled(id: string): Kept {
    if (kept?.id !== id) throw refusal('guide-trial-gone', {});
    return kept;
  }

  function start(answers: GuideAnswers): string {
    kept?.running.stop();
    const stopper = new AbortController();
    const begun = answers.role === 'provider' ? tryProvider(answers, stopper) : tryHost(answers, stopper);
    const id = randomBytes(9).toString('base64url');
    kept = { id, ...begun };
    return id;
  }

  const handlers: GuideHandlers = {
    async 'guide.present'() {
      const accounts = present();
      return { role: presentRole(now, deps.hasLinks(), accounts), accounts, host: deps.presentHost() };
    },
    async 'guide.find'({ address }) {
      if (!ownAddress.test(address)) throw refusal('guide-not-an-address', { address: address.slice(0, 200) });
      return findServers(address, deps.dns);
    },
    'guide.try': async answers => ({ trial: start(answers) }),
    'guide.trial': ({ trial, after }) => trialCalled(trial).running.look(after),
    async 'guide.stop'({ trial }) {
      trialCalled(trial).running.stop();
      return {};
    },
    async 'guide.save'({ trial }) {
      const { running, files, secret, name } = trialCalled(trial);
      const { state } = await running.look(-1);
      if (state !== 'good' && state !== 'unsure') throw refusal('guide-not-tried', {});
      try {
        await deps.prepare();
        const written = await writePlanned(home, files, secret);
        await deps.saved(name);
        kept = undefined;
        return { files: written };
      } catch (error) {
        throw refusal('guide-not-saved', { why: reasonOf(error) }, { cause: error });
      }
    },
  };

  return {
    handlers,
    async close() {
      kept?.running.stop();
      await kept?.running.ended;
    },
  };
}

const hiddenSecret = '(not shown)\n';

function filesNow(home: string): FilesNow {
  return { text: textsIn(join(home, 'control')) };
}

/** The account as its file is going to say it: what is tried is what is written. */
function plannedAccount(name: string, files: readonly PlannedFile[], now: FilesNow): Account {
  const path = `fetch/${name}`;
  const text = files.find(file => file.path === `control/${path}`)?.text ?? now.text(path) ?? '';
  const { account, problems } = parseAccount(name, Buffer.from(text, 'latin1').toString('utf8'));
  const [problem] = problems;
  if (problem) throw refusal('account-file-wrong', { account: name, why: problem.text });
  return account;
}

function takenNames(home: string): ReadonlySet<string> {
  const directories = ['secrets', 'control/fetch'].map(name => join(home, name)).filter(existsSync);
  return new Set(directories.flatMap(path => readdirSync(path)).map(name => name.replace(/\.oauth$/, '')));
}
