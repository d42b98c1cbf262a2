// What the window says about an account in a word. Pure.
import type { AccountStatus } from '../../../core/api/fetch.ts';
import { text } from '../../text/en.ts';
import type { Tone } from '../links/describe-link.ts';

/** The chip of an account: what a person must do comes first. */
export function accountMark({ problems, error, state, lastSuccess }: AccountStatus): {
  readonly tone: Tone;
  readonly words: string;
} {
  const { states, failed } = text.accounts;
  if (problems.length > 0) return { tone: 'bad', words: text.accounts.problems(problems.length) };
  if (state === 'fetching' || state === 'listening') return { tone: 'good', words: states[state] };
  if (error) return { tone: error.kind === 'unable' ? 'wait' : 'bad', words: failed[error.kind] };
  return lastSuccess ? { tone: '', words: states.resting } : { tone: 'wait', words: text.accounts.never };
}
