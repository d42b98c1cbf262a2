// Text from mail as one field of a line of the delivery log, and back as far as that is possible.

/** LF becomes `/`; blanks, controls, 8-bit bytes and `%` become `_`, as in qmail-send. */
export function logField(text: string): string {
  return text.replace(/\n/g, '/').replace(/[^!-$&-~]/g, '_');
}

/** Sentences that begin a line of a report. In the log a `/` stands before each; other slashes are the report's own. */
const lineStart = /\/(?=Remote host said: |Giving up on |I'm not going to try again|qp \d)/g;

/** A report, or what a server answered, as near to its words as the log is: `_` may have been any odd byte. */
export function wordsOfField(field: string): string {
  return field.replaceAll('_', ' ').replaceAll(lineStart, '\n').replace(/\/$/, '\n');
}
