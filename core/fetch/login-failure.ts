// Why a login at a provider came to nothing, for both protocols: what kind of failure it is, and the server's words.
import { serverOf } from '../control/fetch/account.ts';
import type { LoginEnd } from '../login/log-in.ts';
import { FetchFailure, saidBy } from './failure.ts';
import type { ServerSession } from './session.ts';

/** The password is not what is wrong: RFC 2449 section 8 and RFC 3206 (POP3), RFC 5530 (IMAP). */
const passing = ['IN-USE', 'LOGIN-DELAY', 'SYS/', 'UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN'];

/** A login that was refused. @param text what the server said */
export function refusedLogin(text: string, { account, credential }: ServerSession): FetchFailure {
  const { host } = serverOf(account);
  const said = saidBy(credential.secret.hideIn(text));
  const isPassing = passing.some(code => text.toUpperCase().startsWith(`[${code}`));
  if (isPassing) return new FetchFailure('unable', `${host} lets ${account.user} in later: ${said}`);
  return new FetchFailure('refused', `${host} refuses the login of ${account.user}: ${said}`);
}

/** A login by SASL that did not end well; undefined: no mechanism could be used. @param offered the mechanisms of the server */
export function failedLogin(
  end: Exclude<LoginEnd<string>, { kind: 'logged-in' }>,
  offered: readonly string[],
  session: ServerSession,
): FetchFailure | undefined {
  const { host } = serverOf(session.account);
  switch (end.kind) {
    case 'refused':
      return refusedLogin(end.said === undefined ? end.reply : `${end.reply} ${end.said}`, session);
    case 'broken':
      return new FetchFailure('unable', `${host} does not keep to ${end.mechanism}: ${end.why}`);
    case 'none': {
      if (session.credential.kind === 'password') return undefined;
      const offer = offered.length === 0 ? 'none at all' : saidBy(offered.join(' '));
      const text = `${host} has no login that takes a token (OAUTHBEARER, XOAUTH2); it offers ${offer}`;
      return new FetchFailure('wrong', text);
    }
  }
}
