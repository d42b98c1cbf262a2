// The steps of a contact as the form edits them: a list of values of the word `do`. Pure.
import { firstWord } from '../../../core/api/link-grammar.ts';

/** What a step can be, as the file has it. */
export const stepKinds = ['turn', 'etrn', 'fetch', 'send', 'queue'] as const;
export type StepKind = (typeof stepKinds)[number];

export interface Step {
  /** Undefined: the file has a word that is no step. */
  readonly kind: StepKind | undefined;
  /** What follows it: a host, and the nodes of ETRN; an account. */
  readonly rest: string;
}

export function parseStep(value: string): Step {
  const { word, rest } = firstWord(value);
  return { kind: stepKinds.find(kind => kind === word), rest };
}

/** Whether something is asked for after the kind. */
export function takesMore(kind: StepKind | undefined): boolean {
  return kind === 'turn' || kind === 'etrn' || kind === 'fetch';
}

/** Makes it a step of another kind; what was written after it is kept where it still means something. */
export function ofKind(value: string, kind: StepKind): string {
  const { kind: before, rest } = parseStep(value);
  if (!takesMore(kind)) return kind;
  // An account is no host.
  if ((kind === 'fetch') !== (before === 'fetch')) return kind;
  const host = kind === 'turn' && before === 'etrn' ? firstWord(rest).word : rest;
  return `${kind} ${host}`.trim();
}

/** The list with one of its values at another place; the same list if there is no such place. */
export function moved(values: readonly string[], from: number, to: number): readonly string[] {
  const value = values[from];
  if (value === undefined || to < 0 || to >= values.length) return values;
  const others = values.filter((_, at) => at !== from);
  return [...others.slice(0, to), value, ...others.slice(to)];
}

/** The next step that somebody adds: a contact that is written out has to say that it sends. */
export function nextStep(values: readonly string[]): StepKind {
  return values.some(value => parseStep(value).kind === 'send') ? 'turn' : 'send';
}
