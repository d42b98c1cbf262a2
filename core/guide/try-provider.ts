// The steps of a trial at a provider: names, TLS, both logins, and a message to oneself that goes out and comes back.
import type { PasswordKind, ProviderAnswers } from '../api/guide.ts';
import type { Account } from '../control/fetch/account.ts';
import type { Clock } from '../lib/clock.ts';
import { pause } from '../lib/pause.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { Credential } from '../login/secret.ts';
import { addressFromText } from '../message/address.ts';
import type { RelayPlace, Tried, TriedInVain, TriedMailbox, TriedRelay } from '../paper-path/provider-trial.ts';
import { adviceOn, type Failure } from './advice.ts';
import { testMessage } from './test-message.ts';
import type { PlannedStep, StepEnd } from './trial.ts';

/** What other rooms do for the guide. */
export interface TryingDeps {
  readonly clock: Clock;
  readonly lookUp: (host: string) => Promise<readonly string[]>;
  readonly openRelay: (place: RelayPlace, stop: AbortSignal) => Promise<TriedRelay<Credential> | TriedInVain>;
  /** @param password a byte string @throws Error with its reason in words */
  readonly openMailbox: (account: Account, password: string, stop: AbortSignal) => Promise<TriedMailbox>;
  readonly unique: () => string;
}

export interface ProviderTrial {
  readonly answers: ProviderAnswers;
  readonly credential: Credential;
  /** As its file would say it; undefined: mail is not fetched. */
  readonly account: Account | undefined;
  /** What the provider wants for a password, for advice. */
  readonly password: PasswordKind;
  readonly stop: AbortSignal;
}

const pollMs = 3000;
const mostPolls = 40;

export function planProviderTrial(
  { answers, credential, account, password, stop }: ProviderTrial,
  deps: TryingDeps,
): { readonly steps: readonly PlannedStep[]; readonly close: () => void } {
  const { sending, fetching, authority } = answers;
  const address = addressFromText(answers.address);
  const message = testMessage(answers.address, deps.unique(), deps.clock.nowMs());
  const open: { relay?: TriedRelay<Credential>; mailbox?: TriedMailbox } = {};
  const close = () => {
    open.relay?.close();
    open.mailbox?.close();
  };

  function failed(step: Failure['step'], says: readonly string[], code?: number): StepEnd {
    return { state: 'failed', says, advice: adviceOn({ step, code, why: says.join(' ') }, password) };
  }
  function ended(step: Failure['step'], tried: Tried): StepEnd {
    return tried.ok ? { state: 'done', says: tried.says } : failed(step, tried.says, tried.code);
  }

  async function dns(): Promise<StepEnd> {
    const hosts = [...new Set([sending.host, ...(fetching ? [fetching.host] : [])])];
    const found = await Promise.all(hosts.map(async host => ({ host, addresses: await deps.lookUp(host) })));
    const says = found.map(({ host, addresses }) => `${host}: ${addresses.join(', ') || 'no IP address'}`);
    return found.every(({ addresses }) => addresses.length > 0) ? { state: 'done', says } : failed('dns', says);
  }

  async function tls(): Promise<StepEnd> {
    const { host, port } = sending;
    const place = {
      host,
      port,
      implicit: sending.tls === 'implicit',
      caPath: authority === '' ? undefined : authority,
    };
    const relay = await deps.openRelay(place, stop).catch(error => notOk(error));
    if ('ok' in relay) return failed('tls', relay.says, relay.code);
    open.relay = relay;
    return { state: 'done', says: relay.says };
  }

  async function loginSending(): Promise<StepEnd> {
    if (!open.relay) return failed('tls', ['the connection is gone']);
    return ended('login-sending', await open.relay.logIn(credential));
  }

  async function loginFetching(): Promise<StepEnd> {
    if (!account) return { state: 'done', says: [] };
    try {
      open.mailbox = await deps.openMailbox(account, credential.secret.reveal(), stop);
      return { state: 'done', says: open.mailbox.says };
    } catch (error) {
      return failed('login-fetching', [credential.secret.hideIn(reasonOf(error))]);
    }
  }

  async function send(): Promise<StepEnd> {
    if (!open.relay) return failed('tls', ['the connection is gone']);
    const tried = await open.relay.send(message.raw, { sender: address, recipients: [address] });
    return ended('send', tried.ok ? { ...tried, says: [`To ${answers.address}:`, ...tried.says] } : tried);
  }

  async function receive(): Promise<StepEnd> {
    const { mailbox } = open;
    let last = '';
    for (let polls = 0; mailbox && polls < mostPolls && !stop.aborted; polls++) {
      try {
        if (await mailbox.has(message.messageId)) {
          return { state: 'done', says: ['The message has arrived in the inbox at the provider.'] };
        }
        last = '';
      } catch (error) {
        last = credential.secret.hideIn(reasonOf(error));
      }
      await pause(deps.clock, pollMs, stop);
    }
    const says = ['The message has not arrived within two minutes.', ...(last === '' ? [] : [last])];
    return { state: 'unsure', says, advice: adviceOn({ step: 'receive', why: last }, password) };
  }

  const steps: PlannedStep[] = [
    { step: 'dns', run: dns },
    { step: 'tls', run: tls },
    { step: 'login-sending', run: loginSending },
    ...(account ? [{ step: 'login-fetching' as const, run: loginFetching }] : []),
    { step: 'send', run: send },
    ...(account ? [{ step: 'receive' as const, run: receive }] : []),
  ];
  return { steps, close };
}

function notOk(error: unknown): TriedInVain {
  return { ok: false, says: [reasonOf(error)], code: undefined };
}
