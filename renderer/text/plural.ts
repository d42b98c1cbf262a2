// Numbers and plural forms in English, for the catalogue.
const rules = new Intl.PluralRules('en');
export const numbers = new Intl.NumberFormat('en-GB');

/** The form for a count; `#` is replaced by the number. */
export function many(count: number, one: string, other: string): string {
  return (rules.select(count) === 'one' ? one : other).replaceAll('#', numbers.format(count));
}
