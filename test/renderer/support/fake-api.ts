// A host played by a test: it sets the answers, sees the calls, and sends events.
import type { Api, EventData, EventName, Method, Reply, Request } from '../../../core/api/contract.ts';

type Answers = { readonly [M in Method]?: (request: Request<M>) => Reply<M> | Promise<Reply<M>> };

export interface FakeApi {
  readonly api: Api;
  /** All calls, in order. */
  readonly asked: readonly (readonly [Method, unknown])[];
  tell<E extends EventName>(event: E, data: EventData<E>): void;
  gap(): void;
}

export function fakeApi(answers: Answers): FakeApi {
  const asked: [Method, unknown][] = [];
  const listeners = new Map<string, ((data: never) => void)[]>();
  const gaps: (() => void)[] = [];
  return {
    asked,
    tell(event, data) {
      for (const listener of listeners.get(event) ?? []) listener(data as never);
    },
    gap() {
      for (const listener of gaps) listener();
    },
    api: {
      async call<M extends Method>(method: M, request: Request<M>) {
        asked.push([method, request]);
        const answer = answers[method] as ((request: Request<M>) => Reply<M>) | undefined;
        if (!answer) throw new Error(`no answer is set for ${method}`);
        return answer(request);
      },
      on(event, listener) {
        listeners.set(event, [...(listeners.get(event) ?? []), listener as (data: never) => void]);
        return () => {};
      },
      onGap(listener) {
        gaps.push(listener);
        return () => {};
      },
    },
  };
}
