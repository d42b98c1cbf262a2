// The form of a link: which words of its file belong together, and what each is edited with.
import type { PlainControl, WordField } from '../word-file/word-fields.ts';

type Control = PlainControl | 'known-by' | 'windows' | 'steps';

/** In the order in which a new file has them. */
export const linkFields = {
  route: [
    { word: 'carries', control: 'lines' },
    { word: 'server', control: 'text' },
    { word: 'protocol', control: 'choice', choices: ['smtp', 'qmtp'] },
    { word: 'tls', control: 'choice', choices: ['none', 'starttls', 'implicit'] },
    { word: 'certificate', control: 'text' },
    { word: 'authority', control: 'text' },
    { word: 'helo', control: 'text' },
  ],
  state: [
    { word: 'known-by', control: 'known-by', choices: ['person', 'interface', 'route', 'probe', 'command'] },
    { word: 'check-every', control: 'number', unit: 'seconds' },
  ],
  windows: [{ word: 'window', control: 'windows' }],
  contact: [
    { word: 'do', control: 'steps' },
    { word: 'half-duplex', control: 'yes-no' },
  ],
  limits: [
    { word: 'largest-bytes', control: 'number', unit: 'bytes' },
    { word: 'contact-minutes', control: 'number' },
    { word: 'contact-bytes', control: 'number', unit: 'bytes' },
    { word: 'day-minutes', control: 'number' },
    { word: 'day-bytes', control: 'number', unit: 'bytes' },
    { word: 'lifetime', control: 'number', unit: 'seconds' },
    { word: 'lifetime-counts', control: 'choice', choices: ['link-time', 'clock'] },
  ],
  cost: [
    { word: 'cost-per-minute', control: 'amount' },
    { word: 'cost-per-megabyte', control: 'amount' },
    { word: 'currency', control: 'text' },
    { word: 'metered', control: 'yes-no' },
  ],
  clients: [
    { word: 'turn-for', control: 'lines' },
    { word: 'etrn-node', control: 'lines' },
  ],
} as const satisfies Readonly<Record<string, readonly WordField<Control>[]>>;

export type FieldGroup = keyof typeof linkFields;
export type FieldWord = (typeof linkFields)[FieldGroup][number]['word'];
export type FieldOf = WordField<Control, FieldWord>;

export const fieldGroups = Object.keys(linkFields) as FieldGroup[];
export const fieldWords: readonly FieldWord[] = fieldGroups.flatMap(group => linkFields[group].map(({ word }) => word));
