// The few questions of qmail's config, and the control files that their answers make (config, config-fast). Nothing is
// written here before the caller says so.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { publish } from './lib/durable.ts';
import { trimEndOf } from './lib/trim-end.ts';
import { errorCode, reasonOf, UserError } from './lib/user-error.ts';
import type { HomePlan } from './make-home.ts';

/** What is asked, in this order; each answer is one line. */
export const questions = {
  me: 'Name of this host, as it stands in addresses',
  locals: 'Domains that are delivered here',
  rcpthosts: 'Domains that strangers may send to by SMTP',
  defaultdomain: 'Domain for addresses without a dot behind the @',
  plusdomain: 'Domain for addresses that end in +',
  owner: 'User whose mail it is',
  smarthost: 'Relay for mail to other hosts, as name or name:port; none: it goes straight to them',
  loopback: 'May programs on this machine send to anybody by SMTP, yes or no',
} as const;

export type Topic = keyof typeof questions;
export const topics = Object.keys(questions) as readonly Topic[];
export type Answers = Readonly<Record<Topic, string>>;

/** A control file that has to change. */
export interface Change {
  /** Its name in control/. */
  readonly name: string;
  readonly text: string;
  /** What it says now; undefined: there is none. */
  readonly before: string | undefined;
}

const loopback = ['127.0.0.1', '::1'];

/** What is usual for a topic: what the home says already, else what follows from the answers so far. */
export function usualAnswer(home: string, topic: Topic, answers: Partial<Answers>, plan: HomePlan): string {
  const { me = plan.me, locals = '' } = answers;
  const said = saidBefore(home, topic);
  if (said !== undefined) return said;
  const usual: Answers = {
    me: plan.me,
    locals: `${me} localhost`,
    rcpthosts: locals || `${me} localhost`,
    defaultdomain: defaultDomainOf(me),
    plusdomain: plusDomainOf(me),
    owner: plan.user,
    smarthost: 'none',
    loopback: 'yes',
  };
  return usual[topic];
}

/** The files of config-fast, which asks nobody: those of qmail's program. */
export function fastChanges(home: string, plan: HomePlan): Change[] {
  const usual = (topic: Topic) => usualAnswer('', topic, {}, plan);
  const answers = Object.fromEntries(topics.map(topic => [topic, usual(topic)])) as Answers;
  const names = ['me', 'locals', 'rcpthosts', 'defaultdomain', 'plusdomain'];
  return changesFor(home, answers).filter(({ name }) => names.includes(name));
}

function saidBefore(home: string, topic: Topic): string | undefined {
  if (topic === 'smarthost') return relayIn(read(home, 'smtproutes'));
  if (topic === 'loopback') {
    const clients = read(home, 'relayclients');
    return clients === undefined ? undefined : loopback.some(ip => entries(clients).includes(ip)) ? 'yes' : 'no';
  }
  const text = read(home, topic);
  if (text === undefined) return undefined;
  const isList = topic === 'locals' || topic === 'rcpthosts';
  return (isList ? entries(text).join(' ') : (text.split('\n')[0] ?? '').trim()) || undefined;
}

/** As qmail's config takes it from a full name: without the first label, if two are left. */
function defaultDomainOf(me: string): string {
  return me.replace(/^[^.]*\.([^.]*\.)/, '$1');
}

/** The last two labels. */
function plusDomainOf(me: string): string {
  return me.replace(/^.*\.([^.]*\.[^.]*)$/, '$1');
}

/** Why an answer cannot be taken; undefined: it can. */
export function complaintAbout(topic: Topic, answer: string): string | undefined {
  const isName = (text: string) => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text);
  switch (topic) {
    case 'me':
    case 'defaultdomain':
    case 'plusdomain':
      return isName(answer) ? undefined : `${answer} is not a host name: it needs letters, digits, - and .`;
    case 'locals':
    case 'rcpthosts': {
      const wrong = answer.split(/\s+/).find(text => text !== '' && !isName(text.replace(/^\./, '')));
      return wrong === undefined ? undefined : `${wrong} is not a domain. Write domains with blanks between them.`;
    }
    case 'owner':
      return /^[^\s:@/A-Z]{1,31}$/.test(answer) ? undefined : `${answer} cannot be a user's name here.`;
    case 'smarthost': {
      if (answer === 'none') return undefined;
      const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(answer) ?? [];
      const isHost = isName(host) || isIP(host.replace(/^\[|\]$/g, '')) !== 0;
      if (isHost && (port === undefined || (Number(port) > 0 && Number(port) < 65_536))) return undefined;
      return `${answer} is not a relay: write its name, or name:port, or none.`;
    }
    case 'loopback':
      return /^(?:yes|no)$/.test(answer) ? undefined : 'Answer yes or no.';
  }
}

/** The control files that the answers change; `me` comes last, as with it a home is one. */
export function changesFor(home: string, answers: Answers): Change[] {
  const list = (text: string) => text.split(/\s+/).filter(entry => entry !== '');
  const texts: [name: string, text: string | undefined][] = [
    ['locals', listText(read(home, 'locals'), list(answers.locals))],
    ['rcpthosts', listText(read(home, 'rcpthosts'), list(answers.rcpthosts))],
    ['defaultdomain', `${answers.defaultdomain}\n`],
    ['plusdomain', `${answers.plusdomain}\n`],
    ['owner', `${answers.owner}\n`],
    ['smtproutes', routesText(read(home, 'smtproutes'), answers.smarthost)],
    ['relayclients', clientsText(read(home, 'relayclients'), answers.loopback === 'yes')],
    ['me', `${answers.me}\n`],
  ];
  return texts.flatMap(([name, text]) => {
    const before = read(home, name);
    if (text === undefined || text === before || text === `${before}\n`) return [];
    return [{ name, text, before }];
  });
}

/** A file that says the same already stays as it is, with its comments. */
function listText(before: string | undefined, wanted: readonly string[]): string {
  const isSame = before !== undefined && entries(before).join(' ') === wanted.join(' ');
  return isSame ? before : lines(wanted);
}

/** Only the route for all other domains is ours. */
function routesText(before: string | undefined, smartHost: string): string | undefined {
  const wanted = smartHost === 'none' ? undefined : smartHost;
  if (relayIn(before) === wanted) return before;
  const kept = (before ?? '').split('\n').filter(line => line !== '' && !line.startsWith(':'));
  return lines(wanted === undefined ? kept : [...kept, `:${wanted}`]);
}

function clientsText(before: string | undefined, relays: boolean): string | undefined {
  const present = loopback.filter(ip => entries(before ?? '').includes(ip));
  if (relays ? present.length > 0 : present.length === 0) return before;
  const kept = (before ?? '').split('\n').filter(line => line !== '' && !loopback.includes(line.trim()));
  return lines(relays ? [...kept, ...loopback] : kept);
}

function relayIn(routes: string | undefined): string | undefined {
  const line = entries(routes ?? '').findLast(text => text.startsWith(':'));
  return line?.slice(1) || undefined;
}

function entries(text: string): string[] {
  return text
    .split('\n')
    .map(line => trimEndOf(line, ' \t'))
    .filter(line => line !== '' && !line.startsWith('#'));
}

function lines(all: readonly string[]): string {
  return all.map(line => `${line}\n`).join('');
}

function read(home: string, name: string): string | undefined {
  if (home === '') return undefined;
  const path = join(home, 'control', name);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw new UserError(`Unable to read ${path}: ${reasonOf(error)}.`, { exitCode: 111, cause: error });
  }
}

/** Each file in one step; the old one is intact until then. @throws UserError when the disk refuses */
export async function writeChanges(home: string, changes: readonly Change[]): Promise<void> {
  for (const { name, text } of changes) {
    const path = join(home, 'control', name);
    try {
      await publish(path, Buffer.from(text), 0o644);
    } catch (error) {
      throw new UserError(`Unable to write ${path}: ${reasonOf(error)}.`, { exitCode: 111, cause: error });
    }
  }
}
