// Every reason for which a call is refused, as data: its code, its kind, and the type of its parameters. The sentences that
// people read are made from these in one place (error-text.ts), so that a second language needs no second pass.

/** What a front end does about a refusal, whatever its code is. */
export const refusalKinds = [
  /** The request is wrong. */
  'invalid',
  /** What it names does not exist (any more). */
  'gone',
  /** What it names was changed in the meantime. */
  'stale',
  /** It is not allowed. */
  'refused',
  /** It failed; it may work later. */
  'failed',
  /** It may have been done. */
  'unsure',
  'bug',
] as const;
export type RefusalKind = (typeof refusalKinds)[number];

export type RefusalParams = Readonly<Record<string, string | number>>;

/** Why a call was refused, as data. `code` is one of `errorCodes`, or one that only a newer host knows. */
export interface Refused {
  readonly kind: RefusalKind;
  readonly code: string;
  readonly params: RefusalParams;
}

/** A code's kind. `params` is never set: it carries the type. */
interface CodeOf<Params extends RefusalParams> {
  readonly kind: RefusalKind;
  readonly params?: Params;
}

type NoParams = Readonly<Record<string, never>>;

function of<Params extends RefusalParams = NoParams>(kind: RefusalKind): CodeOf<Params> {
  return { kind };
}

/** A reason that the operating system, a program or a file gives, in its own words. */
type Why = { readonly why: string };
type Method = { readonly method: string };
type Folder = { readonly folder: string };
type AccountOf = { readonly account: string };
type LinkOf = { readonly link: string };
type Mailbox = { readonly mailbox: string };
/** The path of a rule as it is shown: `~/.qmail-harbour`. */
type Rule = { readonly rule: string };

/** A code never changes its parameters: an older front end may be connected to a newer host. New parameters need a new code. */
export const errorCodes = {
  // Calls
  'call-not-named': of('invalid'),
  'call-unknown': of<Method>('invalid'),
  'call-malformed': of('invalid'),
  'request-invalid': of<Method & Why>('invalid'),
  'reply-invalid': of<Method>('bug'),
  'call-failed': of<Method & Why>('bug'),
  stopping: of('failed'),

  // The process that acts as the owner of the mail. `how` says how the last one ended.
  'mail-unavailable': of<{ readonly how: string }>('failed'),
  'mail-unanswered': of('unsure'),

  // Windows and pages
  'window-foreign': of('refused'),
  'window-none': of('failed'),
  'session-ended': of('refused'),
  'page-opens-page': of('refused'),

  // The queue
  'message-not-queued': of<{ readonly id: number }>('gone'),
  'messages-not-queued': of('gone'),
  'queue-unchanged': of<Why>('failed'),

  // Mailboxes and messages
  'mailbox-gone': of<Mailbox>('gone'),
  'mailbox-name-invalid': of<Mailbox>('invalid'),
  'mailbox-not-created': of<Mailbox & Why>('failed'),
  'message-gone': of<Mailbox>('gone'),
  'message-unreadable': of<Why & { readonly path: string }>('failed'),
  'message-unchanged': of<Why & { readonly path: string }>('failed'),
  'message-not-stored': of<Why & { readonly directory: string }>('failed'),
  'message-too-large': of('refused'),
  'message-not-parsed': of<Why>('failed'),
  'attachment-gone': of<{ readonly part: number }>('gone'),

  // Folders
  'folder-gone': of<Folder>('gone'),
  'folder-standard': of<Folder>('refused'),
  'folder-contains-standard': of<Folder & { readonly inside: string }>('refused'),
  'folder-exists': of<Folder>('refused'),
  'folder-name-empty': of('invalid'),
  'folder-name-characters': of('invalid'),
  'folder-name-dots': of('invalid'),
  'folder-name-long': of('invalid'),
  'folder-name-reserved': of<Folder>('invalid'),
  'folder-not-created': of<Folder & Why>('failed'),
  'folder-not-renamed': of<Folder & Why>('failed'),
  'folder-not-empty': of<Folder>('failed'),
  'folder-already-deleted': of<Folder>('gone'),
  /** `moved`: how many of its messages are in Trash now. */
  'folder-not-deleted': of<Folder & Why & { readonly moved: number }>('failed'),

  // Writing. `field` is To, Cc, Bcc or Reply-To.
  'no-recipients': of('invalid'),
  'sender-not-yours': of<{ readonly from: string }>('invalid'),
  'not-an-address': of<{ readonly field: string; readonly part: string }>('invalid'),
  'not-a-draft': of<{ readonly id: string }>('invalid'),
  'not-a-mailto': of<{ readonly url: string }>('invalid'),
  'configuration-unusable': of<Why>('failed'),
  'queue-unanswered': of('unsure'),
  'message-rejected': of<Why>('refused'),
  'message-deferred': of<Why>('failed'),

  // Rules
  'rule-gone': of<Rule>('gone'),
  'rule-characters': of('invalid'),
  'rule-uneditable': of<Rule & Why>('refused'),
  'rule-not-utf8': of<Rule>('refused'),
  'rule-stale': of<Rule>('stale'),
  'rule-not-saved': of<Rule & Why>('failed'),
  'rule-not-removed': of<Rule & Why>('failed'),
  'rules-unreadable': of<Why>('failed'),

  // Links
  'link-gone': of<LinkOf>('gone'),
  'link-stale': of<LinkOf>('stale'),
  'link-file-wrong': of<LinkOf & Why>('invalid'),
  'link-unusable': of<LinkOf & Why>('refused'),
  'link-not-saved': of<LinkOf & Why>('failed'),
  'link-not-removed': of<LinkOf & Why>('failed'),
  'link-has-mail': of<LinkOf & { readonly waiting: number }>('refused'),
  'link-message-not-changed': of<LinkOf & Why>('failed'),

  // Accounts whose mail is fetched
  'account-gone': of<AccountOf>('gone'),
  'account-stale': of<AccountOf>('stale'),
  'account-file-wrong': of<AccountOf & Why>('invalid'),
  'account-unusable': of<AccountOf & Why>('refused'),
  'account-not-saved': of<AccountOf & Why>('failed'),
  'account-not-removed': of<AccountOf & Why>('failed'),
  'password-not-saved': of<AccountOf & Why>('failed'),

  // The guide
  'guide-not-an-address': of<{ readonly address: string }>('invalid'),
  'guide-no-password': of<Why>('invalid'),
  'guide-trial-gone': of('gone'),
  'guide-not-tried': of('refused'),
  'guide-not-saved': of<Why>('failed'),
} as const satisfies Readonly<Record<string, CodeOf<RefusalParams>>>;

export type ErrorCode = keyof typeof errorCodes;
/** The parameters that the sentence of a code is made from. */
export type ParamsOf<Code extends ErrorCode> = NonNullable<(typeof errorCodes)[Code]['params']>;
