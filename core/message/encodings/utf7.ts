// Folder names in modified UTF-7, as in IMAP (RFC 3501 section 5.1.3). Courier, Dovecot and mbsync also use it on disk.

/** Text that is not modified UTF-7 is left unchanged. */
export function decodeUtf7(name: string): string {
  return name.replace(/&([A-Za-z0-9+,]*)-/g, (whole, encoded: string) =>
    encoded === '' ? '&' : (decoded(encoded) ?? whole),
  );
}

function decoded(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded.replaceAll(',', '/'), 'base64');
  if (bytes.length === 0 || bytes.length % 2 === 1) return undefined;
  const text = bytes.swap16().toString('utf16le');
  return text.isWellFormed() && !/\p{Cc}/u.test(text) ? text : undefined;
}

/** `Entwürfe` → `Entw&APw-rfe` */
export function encodeUtf7(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, text => (text === '&' ? '&-' : `&${encoded(text)}-`));
}

function encoded(text: string): string {
  const bytes = Buffer.from(text, 'utf16le').swap16();
  return bytes.toString('base64').replaceAll('=', '').replaceAll('/', ',');
}
