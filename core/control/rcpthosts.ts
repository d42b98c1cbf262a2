// Whether a stranger may send to a recipient (qmail's rcpthosts.c): control/rcpthosts, then morercpthosts.cdb.
import { lowerAscii, splitAddress, withoutRootDot } from '../message/address.ts';
import { findPrepend } from './classify.ts';
import type { Control } from './control.ts';
import { domainKeys } from './domain-keys.ts';

type RcptControl = Pick<Control, 'rcptHosts' | 'moreRcptHosts' | 'locals' | 'virtualDomains'>;

/**
 * May a stranger send to this recipient (a byte string)? As in qmail a recipient without `@` is accepted: it is local.
 * Unlike in qmail, a missing control/rcpthosts does not open the relay: only what this host delivers itself is accepted then.
 * @throws UserError when morercpthosts.cdb cannot be read
 */
export function isRcptHost(control: RcptControl, recipient: string): boolean {
  const address = withoutRootDot(recipient);
  const { host } = splitAddress(address);
  if (host === undefined) return true;
  const domain = lowerAscii(host);
  const { rcptHosts, moreRcptHosts } = control;
  if (!rcptHosts) return control.locals.has(domain) || isVirtual(address, control);
  // An empty line is not an entry: qmail never looks up an empty domain.
  const keys = domainKeys(domain).filter(key => key !== '');
  return keys.some(key => rcptHosts.has(key)) || moreRcptHosts.hasAny(keys);
}

/** Under a domain of its own: a line for all other domains (a smart host, a link that carries `*`) does not invite strangers. */
function isVirtual(address: string, control: RcptControl): boolean {
  const found = findPrepend(address, control);
  return !!found?.prepend && found.key !== '';
}
