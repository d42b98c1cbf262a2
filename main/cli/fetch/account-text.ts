// Accounts as `waypost fetch` prints them.
import type { AccountStatus, FetchProgress } from '../../../core/api/fetch.ts';
import { localMinute } from '../../../core/lib/text/local-time.ts';

/** Some lines about one account. */
export function accountText(account: AccountStatus): string {
  const { name, protocol, host, user, to, lastSuccess, nextMs, error, remarks, problems, progress, state } = account;
  const lines = [
    `${user} at ${host} (${protocol.toUpperCase()}), for ${to || 'postmaster'}`,
    ...(progress ? [`fetching: ${progressText(progress)}`] : []),
    ...(state === 'listening' ? ['listening: the server says when there is mail'] : []),
    lastSuccess ? `last fetched ${localMinute(lastSuccess.atMs)}: ${countText(lastSuccess)}` : 'never fetched',
    ...(error ? [`since ${localMinute(error.sinceMs)}: ${error.text}`] : []),
    ...remarks,
    ...problems.map(({ line, text }) => `control/fetch/${name}${line === null ? '' : `:${line}`}: ${text}`),
    ...(nextMs === null ? [] : [`next ${localMinute(nextMs)}`]),
  ];
  return `${name}\n${lines.map(line => `  ${line}\n`).join('')}`;
}

export function progressText({ fetched, expected, bytes }: FetchProgress): string {
  return expected === 0 ? '' : `${fetched} of ${expected} messages, ${bytes} bytes`;
}

/** How the last run ended. */
export function endText({ error, lastSuccess, remarks }: AccountStatus): string {
  if (error) return `${error.text}.`;
  return [lastSuccess ? countText(lastSuccess) : 'nothing was fetched', ...remarks].join('; ').concat('.');
}

function countText({ fetched, left }: { readonly fetched: number; readonly left: number }): string {
  const messages = fetched === 1 ? '1 message' : `${fetched} messages`;
  return left === 0 ? messages : `${messages}, ${left} left there`;
}
