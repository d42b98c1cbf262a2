// The sentences of refused calls, in English: for the window's catalogue, and for programs that print them. A second language
// is a second table of this type.
import type { ErrorCode, ParamsOf, RefusalKind, Refused } from './error-codes.ts';

/** A sentence for each code, and for each kind: for the codes of a newer host. */
export interface ErrorText {
  readonly codes: { readonly [Code in ErrorCode]: (params: ParamsOf<Code>) => string };
  readonly kinds: { readonly [Kind in RefusalKind]: string };
}

export const englishErrors: ErrorText = {
  codes: {
    'call-not-named': () => 'The name of a call is a text.',
    'call-unknown': ({ method }) => `There is no call named ${method}.`,
    'call-malformed': () => 'This line is not a JSON object.',
    'request-invalid': ({ method, why }) => `${method}: ${why}`,
    'reply-invalid': ({ method }) => `${method}: the reply is not valid`,
    'call-failed': ({ method, why }) => `${method} failed: ${why}`,
    stopping: () => 'Waypost is stopping.',

    'mail-unavailable': ({ how }) =>
      `Mail cannot be read at the moment: the process that reads it is not available (${how}). It is restarted automatically; new mail is still accepted and delivered.`,
    'mail-unanswered': () =>
      'The process that reads mail ended before it answered. It is being restarted; check whether this was done before you try again.',

    'window-foreign': () => 'Only Waypost’s own window may ask the host.',
    'window-none': () => 'This host shows no window and no page. Start it with --ui 127.0.0.1:0 for a page.',
    'session-ended': () => 'Your session has ended.',
    'page-opens-page': () => 'A page cannot open another one. Use: waypost open',

    'message-not-queued': ({ id }) => `Message ${id} is not in the queue.`,
    'messages-not-queued': () => 'None of these messages are in the queue.',
    'queue-unchanged': ({ why }) => `The queue could not be changed: ${why}`,

    'mailbox-gone': ({ mailbox }) => `There is no mailbox ${mailbox}: it was deleted or renamed.`,
    'mailbox-name-invalid': ({ mailbox }) => `${mailbox} is not a valid mailbox name.`,
    'mailbox-not-created': ({ mailbox, why }) => `The mailbox ${mailbox} could not be created: ${why}`,
    'message-gone': ({ mailbox }) => `This message is no longer in ${mailbox}: it was moved or deleted.`,
    'message-unreadable': ({ path, why }) => `${path} could not be read: ${why}`,
    'message-unchanged': ({ path, why }) => `${path} could not be changed: ${why}`,
    'message-not-stored': ({ directory, why }) => `A message could not be stored in ${directory}: ${why}`,
    'message-too-large': () => 'This message is too large to reply to, forward or edit here.',
    'message-not-parsed': ({ why }) => `This message cannot be parsed: ${why}. You can still view its source.`,
    'attachment-gone': ({ part }) => `This message has no attachment number ${part}.`,

    'folder-gone': ({ folder }) => `There is no folder ${folder}: it was deleted or renamed.`,
    'folder-standard': ({ folder }) => `${folder} cannot be changed: it is a standard folder.`,
    'folder-contains-standard': ({ folder, inside }) => `${folder} cannot be changed: it contains ${inside}.`,
    'folder-exists': ({ folder }) => `There is already a folder ${folder}.`,
    'folder-name-empty': () => 'A folder needs a name.',
    'folder-name-characters': () => 'A folder name cannot contain slashes or control characters.',
    'folder-name-dots': () => 'A folder name here cannot contain dots: they separate subfolders.',
    'folder-name-long': () => 'This name is too long.',
    'folder-name-reserved': ({ folder }) => `A folder here cannot be called ${folder}.`,
    'folder-not-created': ({ folder, why }) => `The folder ${folder} could not be created: ${why}`,
    'folder-not-renamed': ({ folder, why }) => `${folder} could not be renamed: ${why}. It is unchanged.`,
    'folder-not-empty': ({ folder }) => `${folder} was not deleted: it still contains messages. They are unchanged.`,
    'folder-already-deleted': ({ folder }) => `${folder} was already deleted.`,
    'folder-not-deleted': ({ folder, why, moved }) =>
      `${folder} was not deleted: ${why}.${moved === 0 ? '' : ' Messages that were in it are in Trash.'}`,

    'no-recipients': () => 'There are no recipients in To, Cc or Bcc. Add at least one.',
    'sender-not-yours': ({ from }) => `From: “${from}” is not one of your addresses on this host.`,
    'not-an-address': ({ field, part }) =>
      `${field}: “${part}” is not an address. Write name@host, with commas between addresses.`,
    'not-a-draft': ({ id }) => `${id} is not a draft.`,
    'not-a-mailto': ({ url }) => `This is not a mailto: link: ${url}`,
    'configuration-unusable': ({ why }) => why,
    'queue-unanswered': () => 'The queue did not answer: this message may have been sent.',
    'message-rejected': ({ why }) => `The message was not queued: ${why}`,
    'message-deferred': ({ why }) => `The message was not queued: ${why}`,

    'rule-gone': ({ rule }) => `${rule} does not exist: it was removed or renamed.`,
    'rule-characters': () => 'The text contains a character that cannot be saved in a file. Nothing was saved.',
    'rule-uneditable': ({ rule, why }) => `${rule} cannot be changed here: ${why}.`,
    'rule-not-utf8': ({ rule }) => `${rule} is not UTF-8 text; change it with an editor. Nothing was saved.`,
    'rule-stale': ({ rule }) =>
      `${rule} was changed by another program in the meantime. It was left as it is: check it again first.`,
    'rule-not-saved': ({ rule, why }) => `${rule} could not be saved: ${why}.`,
    'rule-not-removed': ({ rule, why }) => `${rule} could not be removed: ${why}.`,
    'rules-unreadable': ({ why }) => `The rules cannot be listed: ${why}.`,

    'link-gone': ({ link }) => `There is no link ${link}.`,
    'link-stale': ({ link }) =>
      `The file of the link ${link} was changed by another program in the meantime. It was left as it is: check it again first.`,
    'link-file-wrong': ({ link, why }) => `The link ${link} was not saved: ${why}.`,
    'link-unusable': ({ link, why }) => `The link ${link} cannot be used until its file is right: ${why}.`,
    'link-not-saved': ({ link, why }) => `The link ${link} could not be saved: ${why}.`,
    'link-not-removed': ({ link, why }) => `The link ${link} could not be removed: ${why}.`,
    'link-has-mail': ({ link, waiting }) =>
      `The link ${link} was not removed: ${waiting === 1 ? 'a message waits' : `${waiting} messages wait`} for it. Send, return or drop ${waiting === 1 ? 'it' : 'them'} first.`,
    'link-message-not-changed': ({ link, why }) => `The mail that waits for ${link} could not be changed: ${why}`,

    'account-gone': ({ account }) => `There is no account ${account}.`,
    'account-stale': ({ account }) =>
      `The file of the account ${account} was changed by another program in the meantime. It was left as it is: check it again first.`,
    'account-file-wrong': ({ account, why }) => `The account ${account} was not saved: ${why}.`,
    'account-unusable': ({ account, why }) => `Nothing is fetched for ${account} until its file is right: ${why}.`,
    'account-not-saved': ({ account, why }) => `The account ${account} could not be saved: ${why}.`,
    'account-not-removed': ({ account, why }) => `The account ${account} could not be removed: ${why}.`,
    'password-not-saved': ({ account, why }) => `The password of ${account} could not be saved: ${why}.`,

    'guide-not-an-address': ({ address }) => `“${address}” is not an address. Write name@domain.`,
    'guide-no-password': ({ why }) => `There is no stored password: ${why}. Type it.`,
    'guide-trial-gone': () => 'Other answers are being tried by now. Try these again.',
    'guide-not-tried': () => 'These answers were not tried with success. Nothing was saved.',
    'guide-not-saved': ({ why }) => `Not everything could be written: ${why}. Try again.`,
  },
  kinds: {
    invalid: 'The host did not accept this request.',
    gone: 'This no longer exists on the host.',
    stale: 'This was changed in the meantime. Look at it again first.',
    refused: 'The host refused this.',
    failed: 'The host could not do this. Try again later.',
    unsure: 'The host may have done this. Check before you try again.',
    bug: 'The host failed because of a fault in Waypost. Its log says more.',
  },
};

/** The sentence of a refusal; a code that this version does not know gets the sentence of its kind, and keeps its name. */
export function errorText({ kind, code, params }: Refused, text: ErrorText = englishErrors): string {
  if (!Object.hasOwn(text.codes, code)) return `${text.kinds[kind] ?? text.kinds.failed} (${code})`;
  return text.codes[code as ErrorCode](params as never);
}
