// The files that follow from the answers about a provider. Only lines that the guide asks about change: other routes, other accounts
// and comments stay. Texts of control files are byte strings, that of an account is text.
import type { ProviderAnswers } from '../api/guide.ts';
import { addressFromText, lowerAscii } from '../message/address.ts';
import { withWords } from './account-text.ts';

/** A file of the home that changes. */
export interface PlannedFile {
  /** Below the home. */
  readonly path: string;
  /** A byte string; undefined: the file is removed. */
  readonly text: string | undefined;
  readonly before: string | undefined;
}

/** The files as they are now. */
export interface FilesNow {
  /** Of control/; undefined: there is none. */
  text(name: string): string | undefined;
}

export interface ProviderPlan {
  readonly answers: ProviderAnswers;
  /** The name of the account's file and of its secret. */
  readonly account: string;
  /** Who gets the mail: an address of this host. A byte string. */
  readonly to: string;
  /** The other accounts that there are. */
  readonly others: readonly Placed[];
}

/** An account at a relay. */
type Placed = Pick<ProviderAnswers, 'account' | 'address' | 'sending'>;

/** What a provider needs: the address, the relay, how its certificate is known, and the account. */
export function planProvider({ answers, account, to, others }: ProviderPlan, now: FilesNow): PlannedFile[] {
  const { sending, fetching, authority } = answers;
  const address = addressFromText(answers.address);
  const route = `${sending.host}:${sending.port}|${addressFromText(answers.user)}|@${account}`;
  const isUsual = isUsualAddress(address, now.text('identities'));
  const fetchFile = `fetch/${account}`;
  const texts: [name: string, text: string | undefined][] = [
    [fetchFile, fetching ? accountText(answers, account, to, now.text(fetchFile)) : undefined],
    ['tlsdestinations', destinationsText(now.text('tlsdestinations'), answers, addressFromText(authority))],
    ['smtproutes', isUsual ? withLine(now.text('smtproutes'), '', route) : now.text('smtproutes')],
    ['authsenders', withLine(now.text('authsenders'), lowerAscii(address), isUsual ? undefined : route)],
    ['allmailfrom', forcedSenders(now.text('allmailfrom'), answers, others)],
    ['identities', withIdentity(now.text('identities'), address)],
  ];
  return changed(texts, now);
}

/** What a machine needs that has no provider: no relay with a login, no address there, and nothing that is fetched. */
export function planWithoutProvider(accounts: readonly Placed[], now: FilesNow): PlannedFile[] {
  const routes = now.text('smtproutes');
  const hasLogin = lastLine(routes, '')?.includes('|') ?? false;
  const senders = accounts.reduce<string | undefined>(
    (text, { address }) => withLine(text, lowerAscii(addressFromText(address)), undefined),
    now.text('authsenders'),
  );
  return changed(
    [
      ...accounts.map(({ account }) => [`fetch/${account}`, undefined] as const),
      ['smtproutes', hasLogin ? withLine(routes, '', undefined) : routes],
      ['authsenders', senders],
      ['allmailfrom', accounts.reduce(withoutForced, now.text('allmailfrom'))],
      ['identities', undefined],
    ],
    now,
  );
}

function changed(texts: readonly (readonly [name: string, text: string | undefined])[], now: FilesNow): PlannedFile[] {
  return texts.flatMap(([name, text]) => {
    const before = now.text(name);
    return text === before ? [] : [{ path: `control/${name}`, text, before }];
  });
}

/** The first address is that of all mail without another one. */
function isUsualAddress(address: string, identities: string | undefined): boolean {
  const [first] = entriesOf(identities);
  return first === undefined || lowerAscii(first) === lowerAscii(address);
}

function entriesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}

function withIdentity(before: string | undefined, address: string): string {
  const isThere = entriesOf(before).some(entry => lowerAscii(entry) === lowerAscii(address));
  return isThere ? (before ?? '') : `${withEnd(before ?? '')}${address}\n`;
}

function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

const keyOf = (line: string) => lowerAscii(line.slice(0, Math.max(line.indexOf(':'), 0)));
const isLineOf = (key: string) => (line: string) => line.includes(':') && !line.startsWith('#') && keyOf(line) === key;

/** The value of a key: of several lines the last counts. */
function lastLine(text: string | undefined, key: string): string | undefined {
  const line = entriesOf(text).findLast(isLineOf(key));
  return line?.slice(line.indexOf(':') + 1);
}

/** The table with one line for the key, in the place of the first that it has; undefined: with none. */
function withLine(before: string | undefined, key: string, value: string | undefined): string | undefined {
  const isOfKey = isLineOf(key);
  const lines = (before ?? '').split('\n');
  const ours = lines.filter(isOfKey);
  if (value === undefined && ours.length === 0) return before;
  const line = `${key}:${value}`;
  if (ours.length === 1 && ours[0]?.trim() === line) return before;
  const at = lines.findIndex(isOfKey);
  const kept = lines.flatMap((text, index) => {
    if (!isOfKey(text)) return [text];
    return value !== undefined && index === at ? [line] : [];
  });
  if (kept.at(-1) === '') kept.pop();
  if (value !== undefined && at < 0) kept.push(line);
  return kept.length === 0 ? undefined : `${kept.join('\n')}\n`;
}

/**
 * The sender of the mail of programs at the relay, which takes no other (control/allmailfrom). Where two addresses use one relay,
 * each keeps its own. A line of somebody's own stays.
 */
function forcedSenders(before: string | undefined, answers: Placed, others: readonly Placed[]): string | undefined {
  const host = lowerAscii(answers.sending.host);
  const neighbours = others.filter(({ sending }) => lowerAscii(sending.host) === host);
  const without = [...neighbours, answers].reduce(withoutForced, before);
  const isTaken = neighbours.length > 0 || lastLine(without, host) !== undefined;
  if (isTaken) return without;
  const line = addressFromText(answers.address);
  return lastLine(before, host) === line ? before : withLine(without, host, line);
}

function withoutForced(before: string | undefined, { sending, address }: Placed): string | undefined {
  const host = lowerAscii(sending.host);
  const isOurs = lowerAscii(lastLine(before, host) ?? '') === lowerAscii(addressFromText(address));
  return isOurs ? withLine(before, host, undefined) : before;
}

const usualImplicitPort = 465;

/** A line is needed for another authority than the system's, and for TLS from the start on a port that is not known for it. */
function destinationsText(
  before: string | undefined,
  { sending: { host, port, tls } }: ProviderAnswers,
  authority: string,
): string | undefined {
  const isUnusual = tls === 'implicit' && port !== usualImplicitPort;
  const value = isUnusual ? `${authority}||;s${port}` : authority;
  return withLine(before, lowerAscii(host), value === '' ? undefined : value);
}

function accountText(answers: ProviderAnswers, account: string, to: string, before: string | undefined): string {
  const { fetching, user, authority } = answers;
  if (!fetching) return '';
  const { protocol, host, port, tls } = fetching;
  const isNew = before === undefined;
  return withWords(before, [
    ['protocol', protocol],
    ['server', `${host}:${port}`],
    ['tls', tls],
    ['user', addressFromText(user)],
    ['secret', account],
    ['authority', authority === '' ? undefined : addressFromText(authority)],
    ['to', to],
    ...(protocol === 'pop3' || isNew ? [['idle', protocol === 'imap' ? 'yes' : undefined] as const] : []),
    ...(protocol === 'pop3' ? [['folder', undefined] as const, ['spam-folder', undefined] as const] : []),
  ]);
}
