// What strangers wrote, for a terminal: nothing in it moves the cursor, changes colours or turns the direction of reading around.

/** Control characters, also those of eight bits, and marks of direction; line ends and tabs stay. */
const controls = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
/** What of these JSON does not escape. */
const unescaped = /[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Control characters become `?`; line ends and tabs stay. */
export function printable(text: string): string {
  return text.replace(controls, '?');
}

/** A value as JSON for people and programs: the same value when it is read again. */
export function printableJson(value: unknown): string {
  const json = JSON.stringify(value, null, 2);
  return `${json.replace(unescaped, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
