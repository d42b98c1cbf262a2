// How a step of a contact ended.

export interface StepResult {
  readonly ok: boolean;
  /** One line for people: what the other side said, or why it failed. */
  readonly says: string;
}
