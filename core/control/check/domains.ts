// Domains that are in one table but not in the other: mail that is refused, loops, or is relayed for everyone.
import { lowerAscii, splitAddress } from '../../message/address.ts';
import { classify } from '../classify.ts';
import type { Control } from '../control.ts';
import { isRcptHost } from '../rcpthosts.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

/** @param control as the files say it now */
export function checkDomains(texts: ControlTexts, control: Control): Finding[] {
  const each = (name: string, check: (entry: Entry, control: Control) => Finding | undefined) =>
    texts.entries(name).flatMap(entry => check(entry, control) ?? []);
  return [
    ...(control.rcptHosts ? each('rcpthosts', checkRcptHost) : [rcptHostsMissing]),
    ...each('locals', checkLocal),
    ...each('virtualdomains', checkVirtual),
    ...each('percenthack', checkPercentHack),
    ...each('badmailfrom', checkBadMailFrom),
    ...checkMe(control),
  ];
}

const rcptHostsMissing = findingsIn('rcpthosts').warning(
  'rcpthosts-missing',
  'The file is missing: Waypost accepts mail from the network for local and virtual domains only. qmail’s own programs in this home would relay for everyone. List your domains in it.',
);

/** Whether strangers may send there; true where that cannot be read, which is reported elsewhere. */
function accepted(control: Control, domain: string): boolean {
  try {
    return isRcptHost(control, `x@${domain}`);
  } catch {
    return true;
  }
}

function checkRcptHost({ text, line }: Entry, control: Control): Finding | undefined {
  const { warning, note } = findingsIn('rcpthosts');
  const shown = printable(text);
  if (text.includes('@')) {
    const advice = `Only domains belong here: ${shown} has an @ and matches nothing. Write the part after the @.`;
    return warning('address-in-rcpthosts', advice, line);
  }
  if (text.startsWith('*')) {
    const advice = `A * matches nothing. For all names below a domain, write .${shown.replace(/^\*\.?/, '')}`;
    return warning('wildcard', advice, line);
  }
  if (isDelivered(text, control)) return undefined;
  const advice = `Mail for ${shown} is accepted from anyone and relayed, because it is in neither locals nor virtualdomains. If this host is not a relay for it, remove the line.`;
  return note('rcpthosts-not-delivered', advice, line);
}

/** Whether a domain of rcpthosts is delivered here, or has a route and so is meant to be relayed. */
function isDelivered(entry: string, control: Control): boolean {
  const domain = lowerAscii(entry);
  const example = domain.startsWith('.') ? `x${domain}` : domain;
  if (control.smtpRoutes.has(domain)) return true;
  const { locals, virtualDomains } = control;
  const anyAddress = [...virtualDomains.keys()].some(key => key.endsWith(`@${domain}`));
  const anyBelow = domain.startsWith('.') && [...locals, ...virtualDomains.keys()].some(key => key.endsWith(domain));
  return anyAddress || anyBelow || classify(`x@${example}`, { ...control, percentHack: new Set() }).channel === 'local';
}

function checkLocal({ text, line }: Entry, control: Control): Finding | undefined {
  const { warning } = findingsIn('locals');
  const shown = printable(text);
  if (/[@:*]/.test(text) || text.startsWith('.')) {
    const advice = `${shown} matches no domain: this file lists complete domains, without suffixes, addresses or wildcards. Use virtualdomains for those.`;
    return warning('no-local-domain', advice, line);
  }
  if (!control.rcptHosts || accepted(control, text)) return undefined;
  const advice = `Mail for ${shown} is delivered here, but is not accepted from the network: add ${shown} to control/rcpthosts.`;
  return warning('local-not-in-rcpthosts', advice, line);
}

function checkVirtual({ text, line }: Entry, control: Control): Finding | undefined {
  const { warning, note } = findingsIn('virtualdomains');
  const colon = text.indexOf(':');
  if (colon < 0) return warning('no-colon', 'The line has no colon and is ignored. Write domain:user.', line);
  const key = lowerAscii(text.slice(0, colon));
  const prepend = text.slice(colon + 1);
  const domain = splitAddress(key).host ?? key;
  const shown = printable(key) || 'all other domains';
  if (control.virtualDomains.get(key) !== prepend)
    return note('overridden', `A later line for ${shown} overrides this one. Remove one of them.`, line);
  if (control.locals.has(domain)) {
    const advice = `${printable(domain)} is also in control/locals, which comes first: this line has no effect. Remove one of the two.`;
    return warning('virtual-in-locals', advice, line);
  }
  if (prepend.includes('@')) {
    const advice = `${printable(prepend)} is put in front of the address and is not an address itself. Write a user name.`;
    return warning('prepend-with-at', advice, line);
  }
  if (prepend === '' || key === '' || !control.rcptHosts) return undefined;
  if (accepted(control, domain.startsWith('.') ? `x${domain}` : domain)) return undefined;
  const advice = `Mail for ${shown} goes to ${printable(prepend)}, but is not accepted from the network: add ${printable(domain)} to control/rcpthosts.`;
  return warning('virtual-not-in-rcpthosts', advice, line);
}

/** A domain through which anyone may reach any host. */
export function checkPercentHack({ text, line }: Entry, control: Control): Finding | undefined {
  if (!accepted(control, text)) return undefined;
  const shown = printable(text);
  const advice = `Anyone can send to any host through this one, with user%host@${shown}, because strangers may send to ${shown}: an open relay. Remove the line.`;
  return findingsIn('percenthack').warning('percenthack-relay', advice, line);
}

function checkBadMailFrom({ text, line }: Entry): Finding | undefined {
  if (text.includes('@')) return undefined;
  const shown = printable(text);
  const advice = `${shown} matches no sender: write @${shown} for all senders in this domain, or a complete address.`;
  return findingsIn('badmailfrom').warning('no-sender', advice, line);
}

function checkMe(control: Control): Finding[] {
  const { note } = findingsIn('me');
  const found: Finding[] = [];
  if (!control.me.includes('.')) {
    const advice = `${printable(control.me)} is not a full host name: other hosts may refuse mail from it. Write one with a domain, like mail.example.org.`;
    found.push(note('short-name', advice, 1));
  }
  const { address, channel } = classify(`${control.doubleBounceTo}@${control.doubleBounceHost}`, control);
  if (channel === 'remote') {
    const advice = `Double bounces go to ${printable(address)}, which is not delivered here. Add the domain to control/locals, or name another one in doublebouncehost.`;
    found.push(note('double-bounces-remote', advice));
  }
  return found;
}
