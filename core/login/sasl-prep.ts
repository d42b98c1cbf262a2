// The form in which SCRAM compares names and passwords (SASLprep, RFC 4013): two ways to type one letter are one letter.

/** Blanks other than the blank (RFC 3454 table C.1.2). */
const otherBlanks = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;
/** Characters that are not seen and count for nothing (table B.1). */
const unseen = /[\u00ad\u1806\u200c\u2060\ufeff]|\u034f|\u180b|\u180c|\u180d|\u200d|[\ufe00-\ufe0f]/g;

/** Controls and what no text contains (tables C.2 to C.9). */
const forbidden =
  /[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u06dd\u070f\u180e\u2028\u2029\u2061-\u2063\u206a-\u206f\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}\u200e\u200f\u202a-\u202e\u2ff0-\u2ffb]/u;

/**
 * Mapping, normal form KC and the forbidden characters of RFC 4013. The rule for text in both directions and the list of
 * characters that Unicode 3.2 did not have are left out: they could only refuse a password that the server has taken.
 * @param text a byte string of UTF-8
 * @returns undefined: not UTF-8, or with a character that SASLprep forbids
 */
export function saslPrep(text: string): Buffer | undefined {
  const raw = Buffer.from(text, 'latin1');
  const decoded = raw.toString('utf8');
  if (!Buffer.from(decoded).equals(raw)) return undefined;
  const prepared = decoded.replace(otherBlanks, ' ').replace(unseen, '').normalize('NFKC');
  return forbidden.test(prepared) ? undefined : Buffer.from(prepared);
}
