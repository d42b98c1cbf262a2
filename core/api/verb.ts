// The type of one call of the contract.
import type { GenericSchema } from 'valibot';

/** One call: the schemas of its request and of its reply. */
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
