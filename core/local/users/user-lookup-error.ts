// The user of an address cannot be determined now, so the mail is deferred.

/** `code` is the exit code of qmail-lspawn's child: 112, 115, 116, 117 or 118. The message is a byte string. */
export class UserLookupError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
