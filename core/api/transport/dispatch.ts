// The only way in for calls: checks the method, then the request, then asks the handler; every failure becomes an answer.
import * as v from 'valibot';
import { contract, type Handlers, type Method } from '../contract.ts';
import { type Answer, ApiError, refusal, refusedAnswer } from '../errors.ts';
import type { Caller } from './caller.ts';

/** Answers one call. The transport says who the caller is. Never rejects. */
export type Dispatch = (caller: Caller, method: unknown, request: unknown) => Promise<Answer>;

/** At most so much of an unknown name, and of a value that is not valid, is repeated to its sender. */
const longestName = 100;
const longestIssue = 1000;

/** @param report is told of failures that are bugs, once, before the caller is answered */
export function createDispatch(
  handlers: Handlers,
  report: (caller: Caller, method: string, error: unknown) => void,
): Dispatch {
  return async (caller, method, request) => {
    if (typeof method !== 'string') return refusedAnswer(refusal('call-not-named', {}));
    if (!Object.hasOwn(contract, method)) {
      return refusedAnswer(refusal('call-unknown', { method: method.slice(0, longestName) }));
    }
    const name = method as Method;
    const parsed = v.safeParse(contract[name].request, request);
    if (!parsed.success)
      return refusedAnswer(refusal('request-invalid', { method: name, why: firstIssue(parsed.issues) }));
    try {
      const handler = handlers[name] as (asked: unknown, caller: Caller) => Promise<unknown>;
      return { ok: true, value: await handler(parsed.output, caller) };
    } catch (error) {
      if (error instanceof ApiError) return refusedAnswer(error);
      report(caller, name, error);
      const why = error instanceof Error ? error.message : String(error);
      return refusedAnswer(refusal('call-failed', { method: name, why }));
    }
  };
}

function firstIssue(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0];
  if (!issue) return 'the request is not valid';
  const path = v.getDotPath(issue);
  return (path ? `${path}: ${issue.message}` : issue.message).slice(0, longestIssue);
}
