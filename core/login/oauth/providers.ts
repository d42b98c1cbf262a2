// Providers whose servers take OAuth 2.0 tokens for mail: where a person agrees, and where tokens come from. The client is the
// user's own, registered with the provider: Waypost has none.

/** One provider. */
export interface OAuthProvider {
  /** For people. */
  readonly title: string;
  /** Where the browser goes (RFC 6749 section 3.1). */
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** Undefined: the provider has no device flow for mail (RFC 8628). */
  readonly deviceEndpoint?: string;
  /** Sending, and reading by IMAP and POP3. */
  readonly scope: string;
  /** More parameters for the first request: a refresh token may have to be asked for. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The name under which the browser comes back to this machine: providers compare it with what was registered. */
  readonly loopback: '127.0.0.1' | 'localhost';
  /** The route for control/smtproutes. */
  readonly relay: string;
}

const microsoft = 'https://login.microsoftonline.com/common/oauth2/v2.0';
const outlook = 'https://outlook.office.com';
const fastmail = 'https://www.fastmail.com/dev/protocol';

export const providers = {
  google: {
    title: 'Google',
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
    scope: 'https://mail.google.com/',
    parameters: { access_type: 'offline', prompt: 'consent' },
    loopback: '127.0.0.1',
    relay: 'smtp.gmail.com:465',
  },
  microsoft: {
    title: 'Microsoft',
    authorizationEndpoint: `${microsoft}/authorize`,
    tokenEndpoint: `${microsoft}/token`,
    deviceEndpoint: `${microsoft}/devicecode`,
    scope: `offline_access ${outlook}/SMTP.Send ${outlook}/IMAP.AccessAsUser.All ${outlook}/POP.AccessAsUser.All`,
    loopback: 'localhost',
    relay: 'smtp.office365.com:587',
  },
  yahoo: {
    title: 'Yahoo',
    authorizationEndpoint: 'https://api.login.yahoo.com/oauth2/request_auth',
    tokenEndpoint: 'https://api.login.yahoo.com/oauth2/get_token',
    scope: 'mail-w',
    loopback: 'localhost',
    relay: 'smtp.mail.yahoo.com:465',
  },
  fastmail: {
    title: 'Fastmail',
    authorizationEndpoint: 'https://api.fastmail.com/oauth/authorize',
    tokenEndpoint: 'https://api.fastmail.com/oauth/refresh',
    scope: `offline_access ${fastmail}-smtp ${fastmail}-imap ${fastmail}-pop`,
    loopback: '127.0.0.1',
    relay: 'smtp.fastmail.com:465',
  },
} as const satisfies Record<string, OAuthProvider>;
