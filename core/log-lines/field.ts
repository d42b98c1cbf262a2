// Text from mail as one field of a line of the delivery log, and back as far as possible.

/** LF becomes `/`; blanks, controls, 8-bit bytes and `%` become `_`, as in qmail-send. */
export function logField(text: string): string {
  return text.replace(/\n/g, '/').replace(/[^!-$&-~]/g, '_');
}

/** Sentences that start a line of a report. In the log they follow a `/`; other slashes are part of the report. */
const lineStart = /\/(?=Remote host said: |Giving up on |I'm not going to try again|qp \d)/g;

/** A report, or a server's reply, as close to its text as the log allows: a `_` may have been any odd byte. */
export function wordsOfField(field: string): string {
  return field.replaceAll('_', ' ').replaceAll(lineStart, '\n').replace(/\/$/, '\n');
}
