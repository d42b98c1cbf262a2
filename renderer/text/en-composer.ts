// The words around a message that is being written, in English.

export const composer = {
  back: 'What you were writing is here again. It was not saved yet.',
  backWithoutFiles: 'What you were writing is here again, without its files: attach them once more.',
  label: 'Write a message',
  titles: { new: 'New message', reply: 'Reply', forward: 'Forward' },
  from: 'From',
  to: 'To',
  cc: 'Copy',
  bcc: 'Blind copy',
  replyTo: 'Answers to',
  subject: 'Subject',
  body: 'Message',
  addCc: 'Copy',
  addBcc: 'Blind copy',
  send: 'Send',
  sending: 'Sending …',
  attach: 'Attach files',
  drop: 'Drop files to attach them',
  close: 'Close',
  discard: 'Discard',
  removeFile: (name: string) => `Remove ${name}`,
  files: 'Attached files',
  saved: (time: string) => `saved ${time}`,
  saving: 'saving …',
  unsaved: 'not saved yet',
  notSaved: (why: string) => `not saved: ${why}`,
  forgotTitle: 'Send without an attachment?',
  forgot: (word: string) => `Your message says “${word}”, but no file is attached.`,
  sendAnyway: 'Send as it is',
  maybeSent: 'The answer was lost: this message may have been sent. The host is asked as soon as it is back …',
  wasGone: 'This draft was moved or deleted meanwhile. What you write is kept as a new one.',
  guessed: (typed: string, address: string) =>
    `“${typed}” has no host, and nobody here is called that. Is ${address} meant? (A name with a comma needs quotes.)`,
  guessedToo: (typed: string, address: string) => `And ${address} for “${typed}”?`,
  sendToGuessed: 'Send it there',
  notAddresses: 'Not sent: some of the addresses cannot be read.',
  notAddress: (parts: readonly string[]) =>
    `${parts.map(part => `“${part}”`).join(', ')} ${parts.length === 1 ? 'is not an address' : 'are not addresses'}. Write name@host, and commas between addresses.`,
  kept: (what: string) =>
    `Another program wrote this draft, with ${what}. That one stays in Drafts as it is; what you write here is a message of its own.`,
  keptFormatting: 'formatting (HTML, a signature or encryption) that is not kept here',
  keptFields: (names: string) => `fields that are not kept here (${names})`,
  noRecipient: 'Say who should get this message.',
  noSubjectTitle: 'Send without a subject?',
  noSubject: 'The subject is empty.',
  notAttached: {
    'too-large': (names: readonly string[]) =>
      `${named(names)} not attached: together the files would be larger than 40 MB.`,
    unreadable: (names: readonly string[]) =>
      `${named(names)} not attached: the browser cannot read ${names.length === 1 ? 'it' : 'them'}. Folders go as archives.`,
  },
  placeholderTo: 'name@host.example, …',
  /** Words that promise an attachment. */
  promises: /\b(attach(?:ed|ment|ments|ing)?|enclosed|enclosure)\b/i,
};

function named(names: readonly string[]): string {
  return `${names.join(', ')} ${names.length === 1 ? 'was' : 'were'}`;
}
