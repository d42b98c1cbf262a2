// An account in sentences, for qmail-showctl: from where, for whom, how often, and what stays at the server.
import { isTokenFile } from '../../login/oauth/token-file.ts';
import { displayAddress } from '../../message/address.ts';
import { type Account, serverOf } from './account.ts';

export function describeAccount(account: Account): string[] {
  const { protocol, tls, user, secret, authority, folders, spamFolders, largestBytes } = account;
  const { host, port } = serverOf(account);
  return [
    `Mail of ${user} is fetched from ${host}, port ${port}, by ${protocol.toUpperCase()} ${tlsTexts[tls]}.`,
    isTokenFile(secret) ? `The tokens are in secrets/${secret}.` : `The password is in secrets/${secret}.`,
    ...(authority === undefined ? [] : [`Only certificates of the authorities in ${authority} are trusted.`]),
    recipientText(account),
    keepText(account.keep),
    ...(folders.length > 0 ? [`Folders: ${folders.join(', ')}.`] : []),
    ...(spamFolders.length > 0 ? [`Folders of unwanted mail, which is marked: ${spamFolders.join(', ')}.`] : []),
    `Messages of more than ${largestBytes} bytes stay there, and a message says so.`,
    timeText(account),
  ];
}

const tlsTexts = {
  implicit: 'within TLS',
  starttls: 'within TLS (STARTTLS)',
  none: 'without TLS',
} as const;

function recipientText({ to, multidrop }: Account): string {
  const others = displayAddress(to ?? 'postmaster');
  return multidrop === undefined
    ? `It goes to ${others}.`
    : `It goes to the address in ${multidrop} that each message names, and without one to ${others}.`;
}

function keepText(keep: Account['keep']): string {
  if (keep === 'always') return 'Messages stay at the server.';
  return keep === 0
    ? 'Messages are deleted at the server when they are here.'
    : `Messages are deleted at the server ${keep} days after they came here.`;
}

function timeText({ everyMinutes, idle }: Account): string {
  const timer = everyMinutes === 0 ? 'only when it is asked for' : `every ${everyMinutes} minutes`;
  return idle ? `Mail is fetched when the server says that there is some, and ${timer}.` : `Mail is fetched ${timer}.`;
}
