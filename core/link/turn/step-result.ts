// What a step of a contact that asks for mail came to.

/** `says`: what happened, in one line for a person. */
export interface StepResult {
  readonly ok: boolean;
  readonly says: string;
}
