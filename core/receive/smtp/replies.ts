// The replies of the SMTP server that do not belong to one command: refusals of clients, and results of messages.

/** A reply: its code and its text; several lines are a list. */
export interface Reply {
  readonly code: number;
  readonly text: string | readonly string[];
}

/** To a command that is not in the table. */
export const unimplemented: Reply = { code: 502, text: 'unimplemented (#5.5.1)' };
/** To ETRN between MAIL and the end of the message. */
export const notInTransaction: Reply = { code: 503, text: 'not within a mail transaction (#5.5.1)' };
/** To a browser. */
export const notHttp: Reply = { code: 421, text: 'this is a mail server (#5.5.1)' };
/** The host's own files cannot be read. */
export const noControls: Reply = { code: 421, text: 'unable to read controls (#4.3.0)' };
/** The host stops. */
export const shuttingDown: Reply = { code: 421, text: 'shutting down, try again later (#4.3.2)' };
/** All clients together have sent more than may be kept in memory. */
export const noMemory: Reply = { code: 452, text: 'too much mail is coming in at once, try again later (#4.3.1)' };
/** To a client that has not started its first message in time. */
export const tooLate: Reply = { code: 421, text: 'no message for too long, try again later (#4.4.2)' };
/** To a client that is silent, or nearly so. */
export const timedOut: Reply = { code: 451, text: 'timeout (#4.4.2)' };
/** To a client that sends many commands, but no message. */
export const tooFruitless: Reply = { code: 421, text: 'too much talk without a message, try again later (#4.7.0)' };
/** To AUTH in the clear. */
export const needsStartTls: Reply = {
  code: 538,
  text: 'passwords are not taken in the clear: say STARTTLS first (#5.7.11)',
};
/** To a client that guesses passwords. */
export const tooManyLogins: Reply = { code: 421, text: 'too many failed logins (#4.7.0)' };
/** To a message with a LF without a CR. */
export const bareLf: Reply = { code: 451, text: 'See https://cr.yp.to/docs/smtplf.html.' };
/** To a message that loops. */
export const tooManyHops: Reply = { code: 554, text: 'too many hops, this message is looping (#5.4.6)' };
/** To a message larger than control/databytes, also when MAIL announces that size. */
export const tooBig: Reply = { code: 552, text: 'sorry, that message size exceeds my databytes limit (#5.3.4)' };

/** A reply as it is sent, a byte string; no text in it can start a line of its own. */
export function formatReply(code: number, text: Reply['text']): string {
  const lines = typeof text === 'string' ? [text] : text;
  const mark = (at: number) => (at < lines.length - 1 ? '-' : ' ');
  return lines.map((line, at) => `${code}${mark(at)}${line.replace(/[\x00-\x1f\x7f]/g, ' ')}\r\n`).join('');
}
