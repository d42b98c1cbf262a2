// Explains which user an address belongs to, with the file and line that say so.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExplainStep } from '../api/explain.ts';
import { displayAddress, lowerAscii } from '../message/address.ts';
import type { FoundRecipient } from './recipients.ts';
import type { FoundUser } from './users/users.ts';

/** @param home the Waypost home */
export function userSteps(home: string, recipient: FoundRecipient): ExplainStep[] {
  const { found } = recipient;
  const steps = found ? [...triedSteps(found), userStep(home, found)] : [];
  if (!('outcome' in recipient)) {
    const { homeDir, uid } = recipient.found.assignment;
    const as = recipient.runsIn === 'own-process' ? `as uid ${uid}` : 'as the host itself';
    steps.push({
      stage: 'home',
      file: displayAddress(homeDir),
      line: null,
      says: `It is delivered in this directory, ${as}.`,
    });
  } else {
    steps.push({
      stage: 'user',
      file: null,
      line: null,
      says: displayAddress(recipient.outcome.text.trim().replaceAll('\n', ' ')),
    });
  }
  return steps;
}

function triedSteps({ tried }: FoundUser): ExplainStep[] {
  return tried
    .filter(({ verdict }) => verdict !== 'taken')
    .map(({ name, verdict }) => {
      const says = `${displayAddress(name) || 'The empty name'}: ${reasons[verdict]}.`;
      return { stage: 'user', file: '/etc/passwd', line: null, says };
    });
}

const reasons = {
  'no account': 'there is no such account',
  root: 'root does not get mail this way',
  'no home': 'its home directory does not exist',
  'home of another': 'its home directory belongs to another user',
  taken: '',
} as const;

function userStep(home: string, { assignment, because }: FoundUser): ExplainStep {
  const { user, dash, ext } = assignment;
  const whose = `${displayAddress(user)}${dash || ext ? `, with the extension ${displayAddress(dash + ext)}` : ''}`;
  if (because.from === 'passwd')
    return { stage: 'user', file: '/etc/passwd', line: null, says: `The account is ${whose}.` };
  if (because.from === 'alias') {
    const file = because.account ? '/etc/passwd' : join(home, 'alias');
    return { stage: 'user', file, line: null, says: `No user is assigned: it belongs to ${whose}.` };
  }
  const file = join(home, 'users', because.from);
  const line = because.from === 'assign' ? lineOf(file, because.line) : null;
  return { stage: 'user', file, line, says: `The assignment ${displayAddress(because.line)} gives it to ${whose}.` };
}

/** @param begin `=joe` or `+joe-`, in lower case */
function lineOf(path: string, begin: string): number | null {
  const lines = readFileSync(path, 'latin1').split('\n');
  const found = lines.findIndex(
    line => lowerAscii(line).startsWith(`${begin}:`) || (begin.startsWith('=') && isOdd(line, begin)),
  );
  return found < 0 ? null : found + 1;
}

/** Any first byte other than + means the same as =. */
function isOdd(line: string, begin: string): boolean {
  return !line.startsWith('+') && lowerAscii(line.slice(1)).startsWith(`${begin.slice(1)}:`);
}
