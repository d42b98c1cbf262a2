// The keys under which qmail looks for a domain in its tables.

/** The longest domain of the DNS, in bytes (RFC 1035 section 2.3.4): longer suffixes are not looked up. */
const longestDomain = 255;

/**
 * The keys to try for a domain, in order: `a.b.c`, `.b.c`, `.c`. The domain must be in lower case already.
 * (smtproutes and virtualdomains try the empty key after these, rcpthosts does not.)
 */
export function domainKeys(domain: string): string[] {
  const keys = [domain];
  const first = Math.max(1, domain.length - longestDomain);
  for (let dot = domain.indexOf('.', first); dot >= 0; dot = domain.indexOf('.', dot + 1)) keys.push(domain.slice(dot));
  return keys;
}
