// How a refused call travels: its kind, code and parameters as data. The sentence is made where it is shown (error-text.ts).
import {
  type ErrorCode,
  errorCodes,
  type ParamsOf,
  type RefusalKind,
  type RefusalParams,
  type Refused,
} from './error-codes.ts';
import { errorText } from './error-text.ts';

/** A call was refused: handlers throw it, and clients of the Api receive it. The message, for logs, is in English. */
export class ApiError extends Error implements Refused {
  readonly kind: RefusalKind;
  readonly code: string;
  readonly params: RefusalParams;

  constructor(refused: Refused, options: { cause?: unknown } = {}) {
    super(errorText(refused), options);
    this.name = 'ApiError';
    this.kind = refused.kind;
    this.code = refused.code;
    this.params = refused.params;
  }
}

/** The error that a handler throws when it refuses a call. */
export function refusal<Code extends ErrorCode>(
  code: Code,
  params: ParamsOf<Code>,
  options: { cause?: unknown } = {},
): ApiError {
  return new ApiError({ kind: errorCodes[code].kind, code, params }, options);
}

/** What goes over a transport in reply to a call. */
export type Answer = { readonly ok: true; readonly value: unknown } | RefusedAnswer;

interface RefusedAnswer extends Refused {
  readonly ok: false;
}

/** The reply to a call that was refused. */
export function refusedAnswer({ kind, code, params }: Refused): RefusedAnswer {
  return { ok: false, kind, code, params };
}

/** An event on its way to a front end; `seq` counts all events of a host from 1 without gaps. */
export interface Notice {
  readonly seq: number;
  readonly event: string;
  readonly data: unknown;
}
