// Base64 as SASL has it (RFC 4648 section 4): whole groups, with padding, and nothing else. Node's decoder takes anything.

/** @returns undefined: not base64 */
export function fromBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const raw = Buffer.from(text, 'base64');
  return raw.toString('base64') === text ? raw : undefined;
}
