// CRAM-MD5 (RFC 2195): the password signs a challenge of the server and does not go over the network.
import { createHmac } from 'node:crypto';
import { broken, type LoginInput, lastTurn, type Step, waitingTurn } from './turn.ts';

export function startCramMd5({ credential: { user, secret } }: LoginInput): Step {
  return waitingTurn(challenge => {
    // Its signature would be the same each time.
    if (challenge.length === 0) return broken('the challenge of CRAM-MD5 is empty');
    const digest = createHmac('md5', Buffer.from(secret.reveal(), 'latin1')).update(challenge).digest('hex');
    return lastTurn(Buffer.from(`${user} ${digest}`, 'latin1'));
  });
}
