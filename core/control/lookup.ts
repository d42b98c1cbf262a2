// How qmail finds a domain in its tables.

/**
 * The keys to try for a domain, in order: `a.b.c`, `.b.c`, `.c`. The domain must be in lower case already.
 * (smtproutes and virtualdomains try the empty key after these, rcpthosts does not.)
 */
export function domainKeys(domain: string): string[] {
  const keys = [domain];
  for (let dot = domain.indexOf('.', 1); dot >= 0; dot = domain.indexOf('.', dot + 1)) keys.push(domain.slice(dot));
  return keys;
}
