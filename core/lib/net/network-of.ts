// The network that counts as one client for limits: a client with one IPv6 address has its whole /64, and every user of the
// machine has all of 127.0.0.0/8.

export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

/** The same text for all addresses of one network. */
export function networkOf(ip: string): string {
  if (isLoopback(ip)) return 'loopback';
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':').length : 0;
  while (tail !== undefined && groups.length + after < 8) groups.push('0');
  return `${groups.slice(0, 4).join(':')}::`;
}
