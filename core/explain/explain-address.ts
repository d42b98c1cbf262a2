// What would happen to mail for an address: why it is local, remote or virtual, then what the local or the remote part of the
// host would do. It asks the code that delivers, so the answer cannot differ from what happens.

import type { HandlersOf } from '../api/contract.ts';
import type { Explained, ExplainStep } from '../api/explain.ts';
import { printable } from '../control/check/describe.ts';
import { type EntryLines, readEntryLines } from '../control/check/entry-lines.ts';
import { type Classified, classify } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import { domainKeys } from '../control/domain-keys.ts';
import { linkNameIn } from '../control/links/link.ts';
import { isRcptHost } from '../control/rcpthosts.ts';
import { reasonOf } from '../lib/user-error.ts';
import { addressFromText, displayAddress, lowerAscii, splitAddress } from '../message/address.ts';

/** The parts of the host that answer. Addresses are byte strings. */
export interface ExplainDeps {
  readonly home: string;
  /** The queue's configuration, by which addresses are local or not. */
  readonly control: () => Control;
  /** The configuration for the next client. @throws UserError when it cannot be read */
  readonly connection: () => Control;
  readonly local: (address: string, sender: string) => Explained;
  readonly remote: (way: { readonly sender: string; readonly host: string }, dns: boolean) => Promise<Explained>;
}

/** The handler of `explain.address`. */
export function createExplain(deps: ExplainDeps): HandlersOf<'explain.address'> {
  return {
    async 'explain.address'(asked) {
      const control = deps.control();
      const classified = classify(addressFromText(asked.address), control);
      const { channel, address } = classified;
      const sender = addressFromText(asked.sender);
      const host = splitAddress(address).host ?? '';
      const { steps, verdict } =
        channel === 'local' ? deps.local(address, sender) : await deps.remote({ sender, host }, asked.dns);
      const before = classifySteps(deps, addressFromText(asked.address), classified, control);
      return { address: displayAddress(address), channel, steps: [...before, ...steps], verdict };
    },
  };
}

function classifySteps(deps: ExplainDeps, recipient: string, classified: Classified, control: Control): ExplainStep[] {
  const lines = readEntryLines(deps.home);
  const steps: ExplainStep[] = [];
  if (!recipient.includes('@')) {
    const file = lines.has('envnoathost') ? lines.path('envnoathost') : lines.path('me');
    steps.push({
      stage: 'address',
      file,
      line: 1,
      says: `There is no @: ${printable(control.envNoAtHost)} is the host.`,
    });
  }
  for (const { hack, address } of classified.unhacked) {
    const says = `The percent hack is allowed for ${printable(hack)}: this is ${printable(address)}.`;
    steps.push({ stage: 'address', file: lines.path('percenthack'), line: lines.ofEntry('percenthack', hack), says });
  }
  const whole = recipient.includes('@') ? recipient : `${recipient}@${control.envNoAtHost}`;
  const address = classified.unhacked.at(-1)?.address ?? whole;
  return [networkStep(recipient, deps.connection, lines), ...steps, ...tableSteps(address, classified, control, lines)];
}

/** Whether strangers may send mail for it at all. */
function networkStep(recipient: string, connection: () => Control, lines: EntryLines): ExplainStep {
  const { host } = splitAddress(recipient);
  const what = host === undefined ? 'an address without @' : `mail for ${printable(host)}`;
  const line = domainKeys(lowerAscii(host ?? ''))
    .map(key => lines.ofEntry('rcpthosts', key))
    .find(found => found !== null);
  const about = { stage: 'domain', file: lines.path('rcpthosts'), line: line ?? null } as const;
  try {
    if (isRcptHost(connection(), recipient))
      return { ...about, says: `Strangers may send ${what} to this host by SMTP.` };
    return { ...about, says: `Strangers may not send ${what} to this host by SMTP: it is refused with 553.` };
  } catch (error) {
    return { ...about, says: `Strangers are told to try again later: ${reasonOf(error)}` };
  }
}

function tableSteps(
  address: string,
  { because, address: rewritten, channel }: Classified,
  control: Control,
  lines: EntryLines,
): ExplainStep[] {
  const domain = lowerAscii(splitAddress(address).host ?? '');
  const stage = 'domain';
  if (because.file === 'locals') {
    const file = lines.has('locals') ? 'locals' : 'me';
    const says = `${printable(domain)} is delivered here.`;
    return [{ stage, file: lines.path(file), line: lines.ofEntry(file, domain), says }];
  }
  const unread = lines.ofEntry('locals', domain);
  const notLocal = {
    stage,
    file: lines.path('locals'),
    line: unread,
    says:
      unread === null
        ? `${printable(domain)} is not one of the domains that are delivered here.`
        : `${printable(domain)} is listed here, but the host ${notReadYet}.`,
  } as const;
  const file = lines.path('virtualdomains');
  if (because.file === 'none') {
    const keys = [lowerAscii(address), ...domainKeys(domain), ''];
    const line = keys.map(key => lines.ofKey('virtualdomains', key)).find(found => found !== null) ?? null;
    if (line !== null)
      return [notLocal, { stage, file, line, says: `This line would apply, but the host ${notReadYet}.` }];
    if (control.virtualDomains.size === 0) return [notLocal];
    return [notLocal, { stage, file, line, says: `No line matches ${printable(address)}: it is not virtual.` }];
  }
  const line = lines.ofKey('virtualdomains', because.key);
  const link = line === null ? linkNameIn(rewritten) : undefined;
  if (link !== undefined) {
    const says = `The link ${link} carries ${because.key === '' ? 'all other domains' : printable(because.key)}: its mail is ${printable(rewritten)}.`;
    return [notLocal, { stage, file: lines.path(`links/${link}`), line: null, says }];
  }
  const what = because.key === '' ? 'The line for all other domains' : `The line for ${printable(because.key)}`;
  const says =
    channel === 'local'
      ? `${what} makes it ${printable(rewritten)}, delivered here.`
      : `${what} names no user: it is not virtual.`;
  return [notLocal, { stage, file, line, says }];
}

const notReadYet = 'has not read it yet: send it SIGHUP';
