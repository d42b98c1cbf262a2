// PLAIN (RFC 4616): user and password in one response. Only for an encrypted connection.
import { broken, type LoginInput, lastTurn, type Step } from './turn.ts';

export function startPlain({ credential: { user, secret } }: LoginInput): Step {
  const password = secret.reveal();
  if (`${user}${password}`.includes('\0')) return broken('PLAIN cannot carry a NUL in a user name or password');
  return lastTurn(Buffer.from(`\0${user}\0${password}`, 'latin1'));
}
