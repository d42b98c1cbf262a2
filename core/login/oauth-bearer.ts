// OAUTHBEARER (RFC 7628): an access token in one response. Only for an encrypted connection.
import { broken, failingTurn, type LoginInput, type Step } from './turn.ts';

/** A character that belongs to no token could end its field (RFC 6750 section 2.1). */
const token = /^[A-Za-z0-9._~+/=-]+$/;

export function startOAuthBearer({ credential: { user, secret }, server }: LoginInput): Step {
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const where = server ? `host=${server.host}\x01port=${server.port}\x01` : '';
  return bearer(user, secret.reveal(), text => `n,a=${name},\x01${where}auth=Bearer ${text}\x01\x01`, '\x01');
}

/** XOAUTH2 (Google's form of 2012, also Microsoft's): the same with other separators. */
export function startXOAuth2({ credential: { user, secret } }: LoginInput): Step {
  return bearer(user, secret.reveal(), text => `user=${user}\x01auth=Bearer ${text}\x01\x01`, '');
}

/** @param write the response with a token @param acknowledgment what ends the server's error message (RFC 7628 section 3.2.3) */
function bearer(user: string, text: string, write: (text: string) => string, acknowledgment: string): Step {
  if (!token.test(text)) return broken('the access token is not one');
  if (/[\0\x01]/.test(user)) return broken('the user name contains a control character');
  return {
    kind: 'turn',
    response: Buffer.from(write(text), 'latin1'),
    mayEnd: true,
    next: error => failingTurn(Buffer.from(acknowledgment), error.toString('latin1')),
  };
}
