// Finds the problems that the owner should know of, whenever the state is asked for: a problem disappears once it is fixed.
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HostStatus } from '../../api/host.ts';
import { hasAccessRules } from '../../control/access-rules.ts';
import { checkAccessRules } from '../../control/check/access-rules.ts';
import { accountsOf, checkAccountFiles, checkAccountRecipients } from '../../control/check/accounts.ts';
import { readControlTexts } from '../../control/check/control-text.ts';
import { checkPercentHack } from '../../control/check/domains.ts';
import type { Finding } from '../../control/check/finding.ts';
import { checkLinkFiles, linksOf } from '../../control/check/links.ts';
import { checkLogins } from '../../control/check/logins.ts';
import { checkTls } from '../../control/check/tls.ts';
import type { Control } from '../../control/control.ts';
import { localMinute } from '../../lib/text/local-time.ts';
import { createLocalExplain } from '../../local/explain-local.ts';
import type { Owner } from '../owner.ts';
import { lostAliases } from './lost-aliases.ts';

type Problems = HostStatus['problems'];
type Listening = Pick<HostStatus, 'qmqp'>;

/** The problems of the owner's mail, found as the owner. @param processUid of the process that delivers; undefined where there are no uids */
export function ownersProblems(home: string, control: Control, owner: Owner, processUid: number | undefined): Problems {
  return found(() => deliveryProblems(home, control, owner, processUid));
}

/** The other problems that can be found outside the services. */
export function findProblems(home: string, control: Control, listening: Listening): Problems {
  return [
    () => relayProblems(home, control),
    () => openRelayProblems(home, control),
    () => aliasProblems(home, control),
    () => (listening.qmqp ? qmqpProblems(home) : []),
    () => queueProblems(home),
    () => linkProblems(home),
    () => outwardProblems(home),
    () => accountFileProblems(home, control),
  ].flatMap(found);
}

/** @param sinceMs when the deliveries were paused; undefined: they are not */
export function pauseProblems(sinceMs: number | undefined): Problems {
  if (sinceMs === undefined) return [];
  const text = `Deliveries have been paused since ${localMinute(sinceMs)}: mail is accepted and waits. To resume them, run: qmailctl cont`;
  return [{ code: 'deliveries-paused', text }];
}

/** A check that fails is a problem itself. The host runs in either case. */
function found(look: () => Problems): Problems {
  try {
    return look();
  } catch (error) {
    return [{ code: 'unreadable', text: error instanceof Error ? error.message : String(error) }];
  }
}

/** Whether all mail for the owner waits, or all mail for unassigned addresses: why, and what to do where that is known. */
function deliveryProblems(home: string, control: Control, owner: Owner, processUid: number | undefined): Problems {
  const known = [...maildirProblems(owner), ...homeProblems(owner)];
  const explain = createLocalExplain({ home, control: () => control, processUid });
  const waits = (address: string) => {
    const { outcome, text } = explain(address, '').verdict;
    return outcome === 'later' ? text.trim().replaceAll('\n', ' ') : undefined;
  };
  const owners = known.length > 0 ? undefined : waits(owner.address);
  const nobodys = waits(`postmaster@${control.me}`);
  return [
    ...known,
    ...(owners === undefined ? [] : [waiting('owner-waits', `All mail for ${owner.user}`, owners, owner.address)]),
    ...(nobodys === undefined
      ? []
      : [waiting('alias-waits', 'Mail for postmaster', nobodys, `postmaster@${control.me}`)]),
  ];
}

function waiting(code: string, whose: string, why: string, address: string): Problems[number] {
  const hint = why.startsWith('Not allowed to perform deliveries as root')
    ? 'Put the uid and gid of a user other than root into users/assign (and run waypost qmail-newu if there is a users/cdb).'
    : `See: waypost explain ${address}`;
  return { code, text: `${whose} waits in the queue: ${why} ${hint}` };
}

function maildirProblems(owner: Owner): Problems {
  const missing = ['tmp', 'new', 'cur'].filter(name => isMissing(join(owner.maildir, name)));
  if (missing.length === 0) return [];
  const text = `${owner.maildir} is not a Maildir (${missing.join(', ')} missing): mail for ${owner.user} waits in the queue. Create it with: waypost maildirmake ${owner.maildir}`;
  return [{ code: 'maildir-missing', text }];
}

/** A file in a directory that its owner cannot enter may exist: another problem reports that. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function homeProblems(owner: Owner): Problems {
  const mode = statSync(owner.homeDir, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o002) !== 0) {
    const text = `${owner.homeDir} is writable by everyone: mail for ${owner.user} waits until this is changed. Run: chmod o-w ${owner.homeDir}`;
    return [{ code: 'home-writable', text }];
  }
  if ((mode & 0o1000) !== 0) {
    const text = `${owner.homeDir} has its sticky bit set, as while .qmail files are edited: mail for ${owner.user} waits. Run: chmod -t ${owner.homeDir}`;
    return [{ code: 'home-sticky', text }];
  }
  return [];
}

function relayProblems(home: string, control: Control): Problems {
  if (control.rcptHosts) return [];
  const text = `${join(home, 'control/rcpthosts')} is missing: mail from the network is accepted for local and virtual domains only. List your domains in it.`;
  return [{ code: 'rcpthosts-missing', text }];
}

/** Others send unwanted mail through an open relay, and then other hosts refuse this one. */
function openRelayProblems(home: string, control: Control): Problems {
  const hacks = [...control.percentHack].flatMap(text => checkPercentHack({ text, line: 1 }, control) ?? []);
  const rules = checkAccessRules(home).filter(({ code }) => code === 'open-relay');
  return [...rules, ...hacks].map(({ code, file, text }) => ({ code, text: `${join(home, file)}: ${text}` }));
}

function aliasProblems(home: string, control: Control): Problems {
  return lostAliases(home, control).map(({ file, line, text }) => ({
    code: 'alias-lost',
    text: `${join(home, file)}:${line}: ${text}`,
  }));
}

/** A QMQP client may send anywhere, so no client is served unless the rules name it, not even this machine's users. */
export function qmqpProblems(home: string): Problems {
  if (hasAccessRules(home, 'qmqp')) return [];
  const text = `QMQP accepts no clients: ${join(home, 'control/tcp.qmqp')} is missing. List the clients in it, one per line: 192.0.2.7:allow`;
  return [{ code: 'qmqp-closed', text }];
}

function queueProblems(home: string): Problems {
  try {
    accessSync(join(home, 'queue/todo'), constants.W_OK);
    return [];
  } catch {
    return [{ code: 'queue-unwritable', text: `${join(home, 'queue')} is not writable: no mail can be accepted.` }];
  }
}

/** A file of a link that is not right, and mail that waits for a link that is gone. */
function linkProblems(home: string): Problems {
  const { links, findings } = linksOf(home);
  return warningsOf(home, [...findings, ...checkLinkFiles(home, links)]);
}

/** A login at a relay without a usable password, and TLS that cannot be as control files ask for it. */
function outwardProblems(home: string): Problems {
  const texts = readControlTexts(join(home, 'control'));
  return warningsOf(home, [...checkLogins(home, texts), ...checkTls(home, texts)]);
}

/** A file of an account that is not right, and mail that would leave this host again. */
function accountFileProblems(home: string, control: Control): Problems {
  const { accounts, findings } = accountsOf(home);
  return warningsOf(home, [
    ...findings,
    ...checkAccountFiles(home, accounts),
    ...checkAccountRecipients(accounts, control),
  ]);
}

function warningsOf(home: string, findings: readonly Finding[]): Problems {
  return findings
    .filter(({ severity }) => severity === 'warning')
    .map(({ code, file, line, text }) => ({
      code,
      text: `${join(home, file)}${line === undefined ? '' : `:${line}`}: ${text}`,
    }));
}
