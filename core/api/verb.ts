import type { GenericSchema } from 'valibot';

/** One thing that can be asked: the schema of the question and of its answer. */
export interface Verb<Request extends GenericSchema, Reply extends GenericSchema> {
  readonly request: Request;
  readonly reply: Reply;
}

/** Pairs a request with its reply. */
export function verb<Request extends GenericSchema, Reply extends GenericSchema>(
  request: Request,
  reply: Reply,
): Verb<Request, Reply> {
  return { request, reply };
}
