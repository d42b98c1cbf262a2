// The form of an account: which words of its file belong together, and what each is edited with. Sentences come from the host
// (fetch.words), labels from the catalogue.

interface AccountField {
  readonly word: string;
  readonly control: 'text' | 'number' | 'lines' | 'choice' | 'yes-no';
  /** The values of a choice; the first one applies when the file does not say. */
  readonly choices?: readonly string[];
}

/** In the order in which a new file has them. */
export const accountFields = {
  where: [
    { word: 'protocol', control: 'choice', choices: ['imap', 'pop3'] },
    { word: 'server', control: 'text' },
    { word: 'tls', control: 'choice', choices: ['implicit', 'starttls', 'none'] },
    { word: 'user', control: 'text' },
    { word: 'secret', control: 'text' },
    { word: 'authority', control: 'text' },
    { word: 'folder', control: 'lines' },
    { word: 'spam-folder', control: 'lines' },
  ],
  whom: [
    { word: 'to', control: 'text' },
    { word: 'multidrop', control: 'text' },
  ],
  when: [
    { word: 'every', control: 'number' },
    { word: 'idle', control: 'yes-no' },
    { word: 'keep', control: 'text' },
    { word: 'max-bytes', control: 'number' },
  ],
} as const satisfies Readonly<Record<string, readonly AccountField[]>>;

type FieldGroup = keyof typeof accountFields;
type FieldWord = (typeof accountFields)[FieldGroup][number]['word'];
export type AccountFieldOf = AccountField & { readonly word: FieldWord };

export const accountGroups = Object.keys(accountFields) as FieldGroup[];
export const accountFieldWords: readonly FieldWord[] = accountGroups.flatMap(group =>
  accountFields[group].map(({ word }) => word),
);
