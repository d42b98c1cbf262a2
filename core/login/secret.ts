// A password or token on its way to a server. It hides in a closure: printed, inspected or sent as JSON, a credential shows its
// user and nothing else.

/** Text that may be shown nowhere. */
export interface Secret {
  /** The secret, as a byte string, for the one place that sends it. */
  reveal(): string;
  /** A text in which the secret is replaced, plain or in base64: a server may quote what it refused. */
  hideIn(text: string): string;
}

/** What proves to a server who we are. The user is a byte string, as in control files. */
export interface Credential {
  /** A token is an OAuth 2.0 access token (RFC 6750). */
  readonly kind: 'password' | 'token';
  readonly user: string;
  readonly secret: Secret;
}

const instead = '(not shown)';

/** @param text a byte string */
export function secretOf(text: string): Secret {
  return {
    reveal: () => text,
    hideIn(shown) {
      if (text === '') return shown;
      // Base64 of a longer text that ends in the secret has one of three forms, by what is before it.
      const encoded = [0, 1, 2].map(before => encodedCore(text, before)).filter(core => core.length >= 8);
      return [text, ...encoded].reduce((left, part) => left.replaceAll(part, instead), shown);
    },
  };
}

/** The characters of base64 that depend on the secret alone, if `before` bytes (modulo 3) come before it. */
function encodedCore(text: string, before: number): string {
  const base64 = Buffer.from('\0'.repeat(before) + text, 'latin1').toString('base64');
  const end = Math.floor((8 * (before + text.length)) / 6);
  return base64.slice(Math.ceil((8 * before) / 6), end);
}
