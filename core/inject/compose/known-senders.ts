// The owner's addresses that the host knows: the choices for From in the composer.
import { addressFromText, displayAddress, lowerAscii } from '../../message/address.ts';
import { type OwnAddresses, ownAddressTest } from './owner-addresses.ts';

const most = 200;

/**
 * The default address first (one at a provider, if there is one), then those of other domains, of users/assign, and of rules, then those that received mail.
 * @param rules names of .qmail files, such as `-shop`: byte strings
 * @param addressed addresses in the owner's mail
 */
export function knownSenders(own: OwnAddresses, rules: readonly string[], addressed: Iterable<string>): string[] {
  const user = addressFromText(own.user);
  const host = own.address.slice(own.address.lastIndexOf('@') + 1);
  const extensions = rules
    .filter(name => /^-./.test(name) && !/-default$/.test(name))
    .map(name => name.replaceAll(':', '.'));
  const bytes = [
    // A reply to an address at localhost would stay on the recipient's machine.
    ...own.locals.filter(domain => domain !== 'localhost').map(domain => `${user}@${domain}`),
    ...own.assigned.filter(({ own, wild }) => own && !wild).map(({ name }) => `${name}@${addressFromText(host)}`),
    ...extensions.map(extension => `${user}${extension}@${addressFromText(host)}`),
    ...own.virtualDomains.flatMap(([key, prepend]) => virtualAddresses(key, prepend, user, extensions)),
  ];
  return distinct(
    [...own.identities.map(displayAddress), own.address, ...bytes.map(displayAddress)],
    addressed,
    ownAddressTest(own),
  );
}

/** The addresses of a virtual domain that have a rule; for an entry with one address, that address. */
function virtualAddresses(key: string, prepend: string, user: string, extensions: readonly string[]): string[] {
  if (key.includes('@')) return [key];
  const isOwn = prepend === user || prepend.startsWith(`${user}-`);
  if (!isOwn || key === '' || key.startsWith('.')) return [];
  const before = `${prepend.slice(user.length)}-`;
  return extensions.filter(name => name.startsWith(before)).map(name => `${name.slice(before.length)}@${key}`);
}

function distinct(
  known: readonly string[],
  addressed: Iterable<string>,
  isOwn: (address: string) => boolean,
): string[] {
  const seen = new Map<string, string>();
  for (const list of [known, addressed]) {
    for (const address of list) {
      const key = lowerAscii(address);
      if (seen.size < most && !seen.has(key) && !/^@|[\u0000-\u001f\u007f]/.test(address) && isOwn(address))
        seen.set(key, address);
    }
  }
  return [...seen.values()];
}
