// The questions of qmail's config, and the control files that follow from the answers (config, config-fast). Nothing is
// written until the caller calls writeChanges.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { rewriteFile } from '../lib/disk/rewrite-file.ts';
import { trimEndOf } from '../lib/text/trim-end.ts';
import { errorCode, reasonOf, UserError } from '../lib/user-error.ts';
import type { HomePlan } from './make-home.ts';

/** The questions in their order; each answer is one line. */
export const questions = {
  me: 'Name of this host, as in addresses',
  locals: 'Domains whose mail is delivered here',
  rcpthosts: 'Domains that strangers may send mail to by SMTP',
  defaultdomain: 'Domain for addresses without a dot after the @, or none',
  plusdomain: 'Domain for addresses that end in +, or none',
  owner: 'User who gets the mail',
  smarthost: 'Relay for mail to other hosts, as name or name:port; none: it is sent directly',
  loopback: 'May programs on this machine send mail to any domain by SMTP, yes or no',
} as const;

export type Topic = keyof typeof questions;
export const topics = Object.keys(questions) as readonly Topic[];
export type Answers = Readonly<Record<Topic, string>>;

/** A control file that has to change. */
export interface Change {
  /** Its name in control/. */
  readonly name: string;
  /** Its new text; undefined: the file is removed. */
  readonly text: string | undefined;
  /** Its text now; undefined: there is no such file. */
  readonly before: string | undefined;
}

const loopback = ['127.0.0.1', '::1'];

/**
 * The answer that is suggested. In a home it is the present setting, so that nothing changes, with the new name of the host
 * instead of the old one when that changes. In a new home it follows from the answers so far.
 */
export function usualAnswer(home: string, topic: Topic, answers: Partial<Answers>, plan: HomePlan): string {
  const { me = plan.me, locals = '' } = answers;
  const said = saidBefore(home, topic);
  const before = saidBefore(home, 'me');
  if (said !== undefined) return before === undefined || before === me ? said : renamed(topic, said, before, me);
  if (before !== undefined && topic !== 'me') return unsaid[topic];
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

/** The meaning of a file that a home does not have; without locals or rcpthosts, their questions are not asked. */
const unsaid: Readonly<Record<Exclude<Topic, 'me'>, string>> = {
  locals: '',
  rcpthosts: '',
  defaultdomain: 'none',
  plusdomain: 'none',
  owner: '',
  smarthost: 'none',
  loopback: 'no',
};

/** A setting with the host's new name instead of its old one. */
function renamed(topic: Topic, said: string, before: string, me: string): string {
  if (topic === 'locals' || topic === 'rcpthosts') {
    return [
      ...new Set(said.split(' ').map(domain => (domain.toLowerCase() === before.toLowerCase() ? me : domain))),
    ].join(' ');
  }
  const wasUsual = [defaultDomainOf(before), before.slice(before.indexOf('.') + 1)].includes(said);
  if (topic === 'defaultdomain' && wasUsual) return defaultDomainOf(me);
  return topic === 'plusdomain' && said === plusDomainOf(before) ? plusDomainOf(me) : said;
}

/** The files of config-fast, which asks no questions: those of qmail's program. */
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
  return (isList ? entries(text).join(' ') : firstLine(text)) || undefined;
}

/** As qmail's config derives it from a full name: without the first label, if two are left. A name without a dot has none. */
function defaultDomainOf(me: string): string {
  return !me.includes('.') ? 'none' : me.replace(/^[^.]*\.([^.]*\.)/, '$1');
}

/** The last two labels. */
function plusDomainOf(me: string): string {
  return !me.includes('.') ? 'none' : me.replace(/^.*\.([^.]*\.[^.]*)$/, '$1');
}

/** What is wrong with an answer; undefined: nothing. */
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

/** The control files that the answers change; `me` comes last, as it makes the directory a home. */
export function changesFor(home: string, answers: Answers): Change[] {
  const list = (text: string) => text.split(/\s+/).filter(entry => entry !== '');
  const line = (name: string, said: string): [string, string | undefined] => [name, lineText(read(home, name), said)];
  const texts: [name: string, text: string | undefined][] = [
    ['locals', listText(read(home, 'locals'), list(answers.locals))],
    ['rcpthosts', listText(read(home, 'rcpthosts'), list(answers.rcpthosts))],
    ...(['defaultdomain', 'plusdomain'] as const).map(name =>
      line(name, answers[name] === 'none' ? '' : answers[name]),
    ),
    line('owner', answers.owner),
    ['smtproutes', routesText(read(home, 'smtproutes'), answers.smarthost)],
    ['relayclients', clientsText(read(home, 'relayclients'), answers.loopback === 'yes')],
    line('me', answers.me),
  ];
  return texts.flatMap(([name, text]) => {
    const before = read(home, name);
    return text === before ? [] : [{ name, text, before }];
  });
}

/** The text of a file with one line. */
function lineText(before: string | undefined, said: string): string | undefined {
  if (before !== undefined && firstLine(before) === said) return before;
  return said === '' ? undefined : `${said}\n`;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').trim();
}

/** A file with these entries stays as it is, with its comments; no empty file is created. */
function listText(before: string | undefined, wanted: readonly string[]): string | undefined {
  if (before === undefined && wanted.length === 0) return undefined;
  const isSame = before !== undefined && entries(before).join(' ') === wanted.join(' ');
  return isSame ? before : lines(wanted);
}

/** Changes only the route for all other domains. */
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
  // A login stays in the file, and is not shown.
  return line?.slice(1).split('|', 1)[0] || undefined;
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

/** Replaces each file in one step; the old one is intact until then. @throws UserError when the disk refuses */
export async function writeChanges(home: string, changes: readonly Change[]): Promise<void> {
  for (const { name, text } of changes) {
    const path = join(home, 'control', name);
    try {
      await rewriteFile(path, text === undefined ? undefined : Buffer.from(text));
    } catch (error) {
      throw new UserError(`Unable to write ${path}: ${reasonOf(error)}.`, { exitCode: 111, cause: error });
    }
  }
}
