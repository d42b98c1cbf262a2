// What a step of a contact that asks for mail came to.

/** `says`: what happened, in one line for a person. */
export interface StepResult {
  readonly ok: boolean;
  readonly says: string;
}

const longestSaid = 200;

/** What a server said, short and in one line. */
export function saidBy(text: string): string {
  return text
    .trimEnd()
    .replace(/[^ -~]+/g, ' ')
    .slice(0, longestSaid);
}
