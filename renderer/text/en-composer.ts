// The words of the composer, in English.

export const composer = {
  back: 'The message you were writing was restored. It is not saved yet.',
  backWithoutFiles: 'The message you were writing was restored without its attachments. Attach them again.',
  label: 'Write a message',
  titles: { new: 'New message', reply: 'Reply', forward: 'Forward' },
  from: 'From',
  to: 'To',
  cc: 'Cc',
  bcc: 'Bcc',
  replyTo: 'Reply-To',
  subject: 'Subject',
  body: 'Message',
  addCc: 'Cc',
  addBcc: 'Bcc',
  send: 'Send',
  sending: 'Sending …',
  attach: 'Attach files',
  drop: 'Drop files to attach them',
  close: 'Close',
  discard: 'Discard',
  removeFile: (name: string) => `Remove ${name}`,
  files: 'Attachments',
  saved: (time: string) => `saved ${time}`,
  saving: 'saving …',
  unsaved: 'not saved yet',
  notSaved: (why: string) => `not saved: ${why}`,
  forgotTitle: 'Send without an attachment?',
  forgot: (word: string) => `Your message says “${word}”, but no file is attached.`,
  sendAnyway: 'Send anyway',
  maybeSent: 'The connection was lost: this message may have been sent. Waypost checks as soon as the host is back …',
  wasGone: 'This draft was moved or deleted elsewhere. What you write is saved as a new draft.',
  guessed: (typed: string, address: string) =>
    `“${typed}” has no host, and there is no such user here. Did you mean ${address}? (A name with a comma needs quotes.)`,
  guessedToo: (typed: string, address: string) => `And ${address} for “${typed}”?`,
  sendToGuessed: 'Yes, send it',
  notAddresses: 'Not sent: some addresses are not valid.',
  notAddress: (parts: readonly string[]) =>
    `${parts.map(part => `“${part}”`).join(', ')} ${parts.length === 1 ? 'is not an address' : 'are not addresses'}. Write name@host, with commas between addresses.`,
  kept: (what: readonly string[]) =>
    `Another program wrote this draft, with ${what.join(', and ')}. The original stays in Drafts; what you write here is a separate message.`,
  keptFormatting: 'formatting (HTML, a signature or encryption) that is not kept here',
  keptFields: (names: string) => `fields that are not kept here (${names})`,
  noRecipient: 'Add at least one recipient.',
  noSubjectTitle: 'Send without a subject?',
  noSubject: 'The subject is empty.',
  notAttached: {
    'too-large': (names: readonly string[]) =>
      `${named(names)} not attached: all attachments together would be larger than 40 MB.`,
    unreadable: (names: readonly string[]) =>
      `${named(names)} not attached: the browser cannot read ${names.length === 1 ? 'it' : 'them'}. Attach a folder as an archive.`,
  },
  placeholderTo: 'name@host.example, …',
  /** Words that promise an attachment. */
  promises: /\b(attach(?:ed|ment|ments|ing)?|enclosed|enclosure)\b/i,
};

function named(names: readonly string[]): string {
  return `${names.join(', ')} ${names.length === 1 ? 'was' : 'were'}`;
}
