// How a step of qmail-local ends the whole delivery: with exit code 100 (permanent) or 111 (temporary) and a text for the report.

/** `text` is a byte string without a final line end. */
export interface Failure {
  readonly exit: 100 | 111;
  readonly text: string;
}

/** Try again later. */
export function temporaryFailure(text: string): Failure {
  return { exit: 111, text };
}

/** Do not try again. */
export function permanentFailure(text: string): Failure {
  return { exit: 100, text };
}
