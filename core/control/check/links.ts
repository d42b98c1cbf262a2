// The links of a home (control/links): lines that mean nothing, mail that no link sends, and domains that go another way.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { collectInSlices } from '../../lib/time-slice.ts';
import type { Control } from '../control.ts';
import { type LinkOfHome, linksDirectory, linksIn, readLinks } from '../links/read-links.ts';
import { isRcptHost } from '../rcpthosts.ts';
import type { ControlTexts } from './control-text.ts';
import { type Finding, findingsIn } from './finding.ts';
import { lineOf, sentence, shown, unreadableDirectory } from './word-files.ts';

/** The links, or what keeps them from being read. */
export function linksOf(home: string): {
  readonly links: readonly LinkOfHome[];
  readonly findings: readonly Finding[];
} {
  try {
    return { links: readLinks(home), findings: [] };
  } catch (error) {
    return unreadableLinks(error);
  }
}

/** The same in slices. */
export async function linksOfSlowly(home: string): Promise<ReturnType<typeof linksOf>> {
  try {
    return { links: await collectInSlices(linksIn(linksDirectory(home))), findings: [] };
  } catch (error) {
    return unreadableLinks(error);
  }
}

function unreadableLinks(error: unknown): ReturnType<typeof linksOf> {
  return { links: [], findings: [unreadableDirectory('links', 'link', error)] };
}

/** What is wrong with the files themselves, whatever the other files say. */
export function checkLinkFiles(home: string, links: readonly LinkOfHome[]): Finding[] {
  return [...checkEachLink(links), ...checkLinksTogether(home, links)];
}

export function checkEachLink(links: readonly LinkOfHome[]): Finding[] {
  return links.flatMap(checkFile);
}

export function checkLinksTogether(home: string, links: readonly LinkOfHome[]): Finding[] {
  return [...checkDoubles(links), ...checkLeftMail(home, links)];
}

function checkFile(link: LinkOfHome): Finding[] {
  const { warning } = findingsOf(link);
  return [
    ...link.problems.map(({ text, line }) =>
      warning('link-problem', `${sentence(text)} Until this is right, the link sends nothing.`, line),
    ),
    ...checkSteps(link),
    ...checkSizes(link),
    ...checkCost(link),
  ];
}

function findingsOf({ link }: LinkOfHome) {
  return findingsIn(`links/${shown(link.name)}`);
}

/** A link that takes mail, and has steps that do not send it. */
function checkSteps(link: LinkOfHome): Finding[] {
  const { carries, steps, turnFor, etrnNodes } = link.link;
  const isSent = steps.some(({ kind }) => kind === 'send') || turnFor.length > 0 || etrnNodes.length > 0;
  if (carries.length === 0 || isSent || steps.length === 0) return [];
  const text = 'Mail waits for this link, but none of its steps sends it. Add the line: do send';
  return [findingsOf(link).warning('link-never-sends', text, lineOf(link.text, 'do'))];
}

/** A message that is larger than a contact may be starts again at each contact, and never arrives. */
function checkSizes(link: LinkOfHome): Finding[] {
  const { largestBytes, limits } = link.link;
  const found: Finding[] = [];
  for (const [word, most] of [
    ['contact-bytes', limits.contactBytes],
    ['day-bytes', limits.dayBytes],
  ] as const) {
    if (most === undefined || (largestBytes !== undefined && largestBytes < most)) continue;
    const { warning, note } = findingsOf(link);
    const text = `A message of more than ${most} bytes would be started at each contact and never arrive. Let such messages wait for a person: write largest-bytes below ${most}.`;
    const make = largestBytes === undefined ? note : warning;
    found.push(make('link-message-too-large', text, lineOf(link.text, word)));
  }
  return found;
}

function checkCost(link: LinkOfHome): Finding[] {
  const { cost } = link.link;
  if (cost.currency !== '' || (cost.perMinute === 0 && cost.perMegabyte === 0)) return [];
  const text = 'Costs are shown as plain numbers. Write a line currency, e.g.: currency EUR';
  const line = lineOf(link.text, 'cost-per-minute') ?? lineOf(link.text, 'cost-per-megabyte');
  return [findingsOf(link).note('link-no-currency', text, line)];
}

/** A domain that two links carry: its mail waits for one of them only. */
function checkDoubles(links: readonly LinkOfHome[]): Finding[] {
  const first = new Map<string, string>();
  return links.flatMap(link =>
    [...new Set(link.link.carries)].flatMap(domain => {
      const other = first.get(domain);
      if (other === undefined) {
        first.set(domain, link.link.name);
        return [];
      }
      const text = `The link ${other} carries ${domainText(domain)} too, and comes first: the mail waits for ${other}. Remove one of the two.`;
      return [findingsOf(link).warning('link-domain-twice', text, lineOf(link.text, 'carries', domain))];
    }),
  );
}

function domainText(domain: string): string {
  return domain === '*' ? 'everything that is not local' : domain;
}

/** Mail in serial/NAME/Maildir that no link sends. */
function checkLeftMail(home: string, links: readonly LinkOfHome[]): Finding[] {
  const names = new Set(links.map(({ link }) => link.name));
  return namesIn(join(home, 'serial'))
    .filter(name => !names.has(name))
    .flatMap(name => {
      const maildir = join('serial', name, 'Maildir');
      const waiting = ['new', 'cur'].flatMap(part => namesIn(join(home, maildir, part))).length;
      if (waiting === 0) return [];
      const count = waiting === 1 ? '1 message waits' : `${waiting} messages wait`;
      const text = `${count} here, and there is no link ${shown(name)}. Write control/links/${shown(name)}, or send them with maildirsmtp.`;
      return [{ severity: 'warning', code: 'link-mail-left', file: shown(maildir), line: undefined, text } as const];
    });
}

function namesIn(directory: string): string[] {
  try {
    if (!statSync(directory).isDirectory()) return [];
    return readdirSync(directory).filter(name => !name.startsWith('.'));
  } catch {
    return []; // It is not there, or closed to the user who asks.
  }
}

/** Domains of links beside locals, virtualdomains and rcpthosts. */
export function checkLinkDomains(links: readonly LinkOfHome[], texts: ControlTexts, control: Control): Finding[] {
  const virtual = new Set(texts.entries('virtualdomains').map(({ text }) => text.split(':')[0]?.toLowerCase() ?? ''));
  return links.flatMap(link =>
    link.link.carries.flatMap(domain => {
      const { warning, note } = findingsOf(link);
      const line = lineOf(link.text, 'carries', domain);
      const other = control.locals.has(domain)
        ? 'locals'
        : virtual.has(domain === '*' ? '' : domain)
          ? 'virtualdomains'
          : undefined;
      if (other !== undefined) {
        const text = `Mail to ${domainText(domain)} also has a line in control/${other}, which comes first: it does not wait for this link. Remove one of the two.`;
        return [warning('link-domain-elsewhere', text, line)];
      }
      // Mail that only leaves here comes from this host and from relay clients.
      const isForClient = link.link.turnFor.length > 0 || link.link.etrnNodes.length > 0;
      if (domain === '*' || !isForClient || isAccepted(control, domain.startsWith('.') ? `x${domain}` : domain))
        return [];
      const text = `Strangers may not send to ${domain}: only mail from this host and from relay clients reaches it. If others are to write there, add ${domain} to control/rcpthosts.`;
      return [note('link-not-in-rcpthosts', text, line)];
    }),
  );
}

/** True where it cannot be read, which is reported elsewhere, and without rcpthosts: then the link's domains are accepted. */
function isAccepted(control: Control, domain: string): boolean {
  try {
    return !control.rcptHosts || isRcptHost(control, `x@${domain}`);
  } catch {
    return true;
  }
}
