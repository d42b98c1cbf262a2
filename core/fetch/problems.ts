// What the owner must know of the accounts: what only a person can put right at once, what may pass by itself after a day.
import type { AccountStatus } from '../api/fetch.ts';

const patienceMs = 86_400_000;

/** @returns code and sentences, as the status of the host has them */
export function accountProblems(
  accounts: readonly AccountStatus[],
  nowMs: number,
): { readonly code: string; readonly text: string }[] {
  return accounts.flatMap(({ name, error }) => {
    if (!error || (error.kind === 'unable' && nowMs < error.sinceMs + patienceMs)) return [];
    const text = `No mail is fetched for the account ${name}: ${error.text}. Then run: waypost fetch ${name}`;
    const since = `No mail has been fetched for the account ${name} for more than a day: ${error.text}.`;
    return [{ code: `fetch-${error.kind}`, text: error.kind === 'unable' ? since : text }];
  });
}
