// Kinds of words that files of links and of accounts have in common (word-file.ts): one of a few choices, yes or no, a number, and
// the authorities of TLS. Each word of such a kind sets one field.
import type { FileWord } from './word-file.ts';
import { takeNumber } from './word-values.ts';

interface About {
  readonly example: string;
  readonly says: string;
}

export function oneOf<Field extends string, Choice extends string>(
  field: Field,
  choices: readonly Choice[],
  about: About,
): FileWord<Record<Field, Choice>> {
  const takes = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  return {
    takes,
    ...about,
    repeats: false,
    read(fields, value) {
      const choice = choices.find(each => each === value);
      if (choice === undefined) return `it is ${takes}`;
      fields[field] = choice;
      return undefined;
    },
  };
}

export function yesNo<Field extends string>(field: Field, says: string): FileWord<Record<Field, boolean>> {
  return {
    takes: 'yes or no',
    example: 'yes',
    says,
    repeats: false,
    read(fields, value) {
      if (value !== 'yes' && value !== 'no') return 'it is yes or no';
      fields[field] = value === 'yes';
      return undefined;
    },
  };
}

/** @param takes the unit, in capitals */
export function number<Field extends string>(
  field: Field,
  { takes, least, most }: { readonly takes: string; readonly least: number; readonly most: number },
  about: About,
): FileWord<Record<Field, number | undefined>> {
  return {
    takes,
    ...about,
    repeats: false,
    read: (fields, value) =>
      takeNumber(value, least, most, count => {
        fields[field] = count;
      }),
  };
}

export const authority: FileWord<{ authority: string | undefined }> = {
  takes: 'FILE',
  example: '/etc/ssl/our-ca.pem',
  says: "Only certificates of these authorities (PEM) are trusted, instead of the system's.",
  repeats: false,
  read(fields, value) {
    if (!value.startsWith('/')) return 'write the whole path, from / on';
    fields.authority = value;
    return undefined;
  },
};
