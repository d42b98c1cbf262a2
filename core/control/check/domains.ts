// Domains that are in one table and not in the other: mail that is refused, sent round in circles, or relayed for all.
import { lowerAscii, splitAddress } from '../../message/address.ts';
import { classify } from '../classify.ts';
import type { Control } from '../control.ts';
import { isRcptHost } from '../rcpt-hosts.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

/** @param control as the files say it now */
export function checkDomains(texts: ControlTexts, control: Control): Finding[] {
  return [
    ...checkRcptHosts(texts, control),
    ...texts.entries('locals').flatMap(entry => checkLocal(entry, control)),
    ...texts.entries('virtualdomains').flatMap(entry => checkVirtual(entry, control)),
    ...texts.entries('percenthack').flatMap(entry => checkPercentHack(entry, control)),
    ...texts.entries('badmailfrom').flatMap(checkBadMailFrom),
    ...checkMe(control),
  ];
}

/** Whether strangers may send there; where nobody can say, no warning is made of it. */
function accepted(control: Control, domain: string): boolean {
  try {
    return isRcptHost(control, `x@${domain}`);
  } catch {
    return true;
  }
}

function checkRcptHosts(texts: ControlTexts, control: Control): Finding[] {
  const { warning, note } = findingsIn('rcpthosts');
  if (!control.rcptHosts) {
    const text =
      'The file is missing: Waypost takes mail from the network for local and virtual domains only. qmail’s own programs on this home would relay for everybody. List your domains in it.';
    return [warning('rcpthosts-missing', text)];
  }
  return texts.entries('rcpthosts').flatMap(({ text, line }) => {
    if (text.includes('@'))
      return [
        warning(
          'address-in-rcpthosts',
          `Only domains count here: ${printable(text)} has an @ and fits nothing. Write what follows the @.`,
          line,
        ),
      ];
    if (/^\*/.test(text))
      return [
        warning(
          'wildcard',
          `A * fits nothing. For all names below a domain write .${printable(text.replace(/^\*\.?/, ''))}`,
          line,
        ),
      ];
    if (isDelivered(text, control)) return [];
    return [
      note(
        'rcpthosts-not-delivered',
        `Mail for ${printable(text)} is taken from anybody and sent on, as it is in neither locals nor virtualdomains. If this host is no relay for it, remove the line.`,
        line,
      ),
    ];
  });
}

/** A domain of rcpthosts that is delivered here, or that has a route: then it is meant to be sent on. */
function isDelivered(entry: string, control: Control): boolean {
  const domain = lowerAscii(entry);
  const example = domain.startsWith('.') ? `x${domain}` : domain;
  if (control.smtpRoutes.has(domain)) return true;
  const { locals, virtualDomains } = control;
  const anyAddress = [...virtualDomains.keys()].some(key => key.endsWith(`@${domain}`));
  const anyBelow = domain.startsWith('.') && [...locals, ...virtualDomains.keys()].some(key => key.endsWith(domain));
  return anyAddress || anyBelow || classify(`x@${example}`, { ...control, percentHack: new Set() }).channel === 'local';
}

function checkLocal({ text, line }: Entry, control: Control): Finding[] {
  const { warning } = findingsIn('locals');
  const shown = printable(text);
  if (/[@:*]/.test(text) || text.startsWith('.')) {
    const text = `${shown} fits no domain: here stand whole domains, without suffixes, addresses and wildcards. Use virtualdomains for these.`;
    return [warning('no-local-domain', text, line)];
  }
  if (!control.rcptHosts || accepted(control, text)) return [];
  const advice = `Mail for ${shown} is delivered here, but nobody may send it from the network: add ${shown} to control/rcpthosts.`;
  return [warning('local-not-in-rcpthosts', advice, line)];
}

function checkVirtual({ text, line }: Entry, control: Control): Finding[] {
  const { warning, note } = findingsIn('virtualdomains');
  const colon = text.indexOf(':');
  if (colon < 0) return [warning('no-colon', 'The line has no colon and does not count. Write domain:user.', line)];
  const key = lowerAscii(text.slice(0, colon));
  const prepend = text.slice(colon + 1);
  const domain = splitAddress(key).host ?? key;
  const shown = printable(key);
  if (control.virtualDomains.get(key) !== prepend)
    return [
      note(
        'overridden',
        `A later line for ${shown || 'all other domains'} counts in place of this one. Remove one of them.`,
        line,
      ),
    ];
  if (control.locals.has(domain)) {
    const text = `${printable(domain)} is in control/locals too, which counts first: this line does nothing. Remove it from one of the two.`;
    return [warning('virtual-in-locals', text, line)];
  }
  if (prepend.includes('@'))
    return [
      warning(
        'prepend-with-at',
        `${printable(prepend)} is put in front of the address, and is no address itself. Write a user’s name.`,
        line,
      ),
    ];
  if (prepend === '' || key === '' || !control.rcptHosts) return [];
  if (accepted(control, domain.startsWith('.') ? `x${domain}` : domain)) return [];
  const advice = `Mail for ${shown} goes to ${printable(prepend)}, but nobody may send it from the network: add ${printable(domain)} to control/rcpthosts.`;
  return [warning('virtual-not-in-rcpthosts', advice, line)];
}

function checkPercentHack({ text, line }: Entry, control: Control): Finding[] {
  if (!accepted(control, text)) return [];
  const shown = printable(text);
  const advice = `Anybody may send to any host through this one, with user%host@${shown}, because ${shown} is in control/rcpthosts: an open relay. Remove the line.`;
  return [findingsIn('percenthack').warning('percenthack-relay', advice, line)];
}

function checkBadMailFrom({ text, line }: Entry): Finding[] {
  if (text.includes('@')) return [];
  const shown = printable(text);
  const advice = `${shown} fits no sender: write @${shown} for everybody at this domain, or a whole address.`;
  return [findingsIn('badmailfrom').warning('no-sender', advice, line)];
}

function checkMe(control: Control): Finding[] {
  const { note } = findingsIn('me');
  const found: Finding[] = [];
  const { address, channel } = classify(`${control.doubleBounceTo}@${control.doubleBounceHost}`, control);
  if (!control.me.includes('.'))
    found.push(
      note(
        'short-name',
        `${printable(control.me)} is no full host name: others may refuse mail from it. Write one with a domain, like mail.example.org.`,
        1,
      ),
    );
  if (channel === 'remote')
    found.push(
      note(
        'double-bounces-remote',
        `What cannot be returned goes to ${printable(address)}, which is not delivered here. Add the domain to control/locals, or name another in doublebouncehost.`,
      ),
    );
  return found;
}
