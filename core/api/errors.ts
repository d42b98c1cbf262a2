// How a refusal travels: a code for programs and a sentence for people.

/** Why a call was refused; `text` is shown to the user as it is. */
export class ApiError extends Error {
  /** `invalid` (the request), `gone` (what it names), `stale` (changed meanwhile), `refused`, `failed` (try again), `unsure` (perhaps done), `bug`. */
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, text: string, options: { cause?: unknown } = {}) {
    super(text, options);
    this.name = 'ApiError';
    this.code = code;
  }
}

export type ApiErrorCode = 'invalid' | 'gone' | 'stale' | 'refused' | 'failed' | 'unsure' | 'bug';

/** What goes over a transport in reply to a call. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ApiErrorCode; readonly text: string };

/** An event on its way to a front end; `seq` counts all events of a host from 1 without gaps. */
export interface Notice {
  readonly seq: number;
  readonly event: string;
  readonly data: unknown;
}
