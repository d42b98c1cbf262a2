// Asks the system whether a link is up.

/** What was found. */
export interface Looked {
  readonly up: boolean;
  /** One line for people: `interface ppp0 is up`. */
  readonly because: string;
}

/** Never rejects, and ends within a few seconds. */
export type Look = () => Promise<Looked>;
