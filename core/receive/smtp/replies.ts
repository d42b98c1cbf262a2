// The replies of the SMTP server that are not about one command: they turn a client away, or say what became of a message.
/** A reply: its code and its text, several lines as a list. */
export interface Reply {
  readonly code: number;
  readonly text: string | readonly string[];
}

/** To everything that is not in the table of commands. */
export const unimplemented: Reply = { code: 502, text: 'unimplemented (#5.5.1)' };
/** To a browser. */
export const notHttp: Reply = { code: 421, text: 'this is a mail server (#5.5.1)' };
/** The host's own files are at fault. */
export const noControls: Reply = { code: 421, text: 'unable to read controls (#4.3.0)' };
/** The host stops. */
export const shuttingDown: Reply = { code: 421, text: 'shutting down, try again later (#4.3.2)' };
/** All clients together have sent more than is kept in memory. */
export const noMemory: Reply = { code: 452, text: 'too much mail is coming in at once, try again later (#4.3.1)' };
/** To a client that has not come to its first message. */
export const tooLate: Reply = { code: 421, text: 'no message for too long, try again later (#4.4.2)' };
/** To silence, and to those who are almost silent. */
export const timedOut: Reply = { code: 451, text: 'timeout (#4.4.2)' };
/** To a client that goes on and on, and never sends anything. */
export const tooFruitless: Reply = { code: 421, text: 'too much talk without a message, try again later (#4.7.0)' };
/** To AUTH in the clear. */
export const needsStartTls: Reply = {
  code: 538,
  text: 'passwords are not taken in the clear: say STARTTLS first (#5.7.11)',
};
/** To whoever guesses passwords. */
export const tooManyLogins: Reply = { code: 421, text: 'too many failed logins (#4.7.0)' };
/** To a message with a LF that has no CR before it. */
export const bareLf: Reply = { code: 451, text: 'See https://cr.yp.to/docs/smtplf.html.' };
/** To a message that has been everywhere. */
export const tooManyHops: Reply = { code: 554, text: 'too many hops, this message is looping (#5.4.6)' };
/** To a message over control/databytes, and to one that announces that it will be. */
export const tooBig: Reply = { code: 552, text: 'sorry, that message size exceeds my databytes limit (#5.3.4)' };

/** A reply as it goes over the wire, a byte string; nothing in a text can begin a line of its own. */
export function formatReply(code: number, text: Reply['text']): string {
  const lines = typeof text === 'string' ? [text] : text;
  const mark = (at: number) => (at < lines.length - 1 ? '-' : ' ');
  return lines.map((line, at) => `${code}${mark(at)}${line.replace(/[\x00-\x1f\x7f]/g, ' ')}\r\n`).join('');
}
