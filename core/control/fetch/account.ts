// What an account is: a mailbox at a provider whose mail is fetched. Its file is control/fetch/NAME; the words are in
// account-words.ts.

/** An account as its file describes it. */
export interface Account {
  readonly name: string;
  readonly protocol: 'pop3' | 'imap';
  /** Undefined: no line names one, and nothing is fetched. */
  readonly server: { readonly host: string; readonly port: number | undefined } | undefined;
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly user: string;
  /** The file below secrets/ with the password. */
  readonly secret: string;
  /** A file with the certificates that are trusted instead of the system's; undefined: the system's. */
  readonly authority: string | undefined;
  /** Who gets the mail. A byte string. */
  readonly to: string | undefined;
  /** A domain whose mail is all in this mailbox: each message goes to the address that the provider noted. */
  readonly multidrop: string | undefined;
  /** `always`, or after how many days a message is deleted at the server; 0: as soon as it is here. */
  readonly keep: 'always' | number;
  /** Of IMAP. */
  readonly folders: readonly string[];
  /** Folders of unwanted mail, which is fetched too, and marked. */
  readonly spamFolders: readonly string[];
  readonly largestBytes: number;
  /** 0: only when a person, a program or a link asks for it. */
  readonly everyMinutes: number;
  /** The server says when there is new mail (IMAP IDLE). */
  readonly idle: boolean;
}

const usualPorts = {
  pop3: { implicit: 995, starttls: 110, none: 110 },
  imap: { implicit: 993, starttls: 143, none: 143 },
} as const;

/** The server of an account whose file is right. */
export function serverOf({ server, protocol, tls }: Account): { readonly host: string; readonly port: number } {
  return { host: server?.host ?? '', port: server?.port ?? usualPorts[protocol][tls] };
}

/** Whether only programs of this machine can be there: a name could mean another machine tomorrow. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
