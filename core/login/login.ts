// LOGIN: user and password, each after a prompt. No RFC has it (draft-murchison-sasl-login describes it); old servers know
// nothing else. Only for an encrypted connection.
import { type LoginInput, lastTurn, type Step, waitingTurn } from './turn.ts';

/** What the prompts say differs between servers; their order does not. */
export function startLogin({ credential: { user, secret } }: LoginInput): Step {
  return waitingTurn(() =>
    waitingTurn(() => lastTurn(Buffer.from(secret.reveal(), 'latin1')), Buffer.from(user, 'latin1')),
  );
}
