// The form of an account: which words of its file belong together, and what each is edited with.
import type { PlainControl, WordField } from '../word-file/word-fields.ts';

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
    { word: 'max-bytes', control: 'number', unit: 'bytes' },
  ],
} as const satisfies Readonly<Record<string, readonly WordField[]>>;

type FieldGroup = keyof typeof accountFields;
export type AccountWord = (typeof accountFields)[FieldGroup][number]['word'];
export type AccountField = WordField<PlainControl, AccountWord>;

export const accountGroups = Object.keys(accountFields) as FieldGroup[];
export const accountFieldWords: readonly AccountWord[] = accountGroups.flatMap(group =>
  accountFields[group].map(({ word }) => word),
);
