// The one door for calls from outside: method, then schema, then handler; every failure becomes an answer.
import * as v from 'valibot';
import type { Caller } from './caller.ts';
import { contract, type Handlers, type Method } from './contract.ts';
import { type Answer, ApiError, refusal, refusedAnswer } from './errors.ts';

/** Answers one call that came over a transport, which says who its caller is. Never rejects. */
export type Dispatch = (caller: Caller, method: unknown, request: unknown) => Promise<Answer>;

/** So much of a name is said again to whoever sent it. */
const longestName = 100;

/** @param report is told of failures that are bugs, once, before the caller gets a general sentence */
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
  return path ? `${path}: ${issue.message}` : issue.message;
}
