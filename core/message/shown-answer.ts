// What another host answered, as the Api shows it.
import type { RemoteAnswer } from '../paper-path/outcome.ts';
import { displayAddress } from './address.ts';

/** The same as text, with null for what there is not. */
export function shownAnswer(answer: RemoteAnswer | undefined) {
  if (!answer) return null;
  const { code, words, host, ip } = answer;
  return {
    code: code ?? null,
    words: displayAddress(words),
    host: host === undefined ? null : displayAddress(host),
    ip: ip ?? null,
  };
}
