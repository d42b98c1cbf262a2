// Why a run ended early: what kind it is decides when the next one is tried, the text is for people.

/**
 * `refused`: the login; it is not tried often, so that the provider does not lock the mailbox. `wrong`: something that only a
 * person can put right. `unable`: everything that may pass by itself.
 */
type FailureKind = 'refused' | 'wrong' | 'unable';

export class FetchFailure extends Error {
  readonly kind: FailureKind;

  /** @param text one sentence without a full stop */
  constructor(kind: FailureKind, text: string, cause?: unknown) {
    super(text, { cause });
    this.kind = kind;
  }
}

const longestShown = 200;

/** What a server said, short and in one line. */
export function saidBy(text: string): string {
  const shown = text.replace(/[^ -~]/g, '?').trim();
  return shown.length > longestShown ? `${shown.slice(0, longestShown)}...` : shown;
}
