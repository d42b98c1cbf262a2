// JSON from a place where anything may be: a file that a crash has torn, a field that another program has written.
import * as v from 'valibot';

/** @returns undefined for any text that is not JSON of this shape */
export function parseJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
