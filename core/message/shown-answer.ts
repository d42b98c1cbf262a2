// Another host's reply in the form of the Api.
import type { RemoteAnswer } from '../paper-path/outcome.ts';
import { displayAddress } from './address.ts';

/** The reply as text, with null for missing fields. */
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
