import type { SMTPServerOptions } from 'smtp-server';

/** Messages under way get this long when the service stops. */
const closeGraceMs = 10_000;
const disabledCommands = ['AUTH', 'STARTTLS', 'XCLIENT', 'XFORWARD', 'LHLO', 'WIZ', 'SHELL', 'KILL'];

/** What of the library is used: its connection's life, not its commands. */
export function smtpServerOptions(): SMTPServerOptions {
  return {
    logger: false,
    disableReverseLookup: true,
    // A client that closes its side after the final dot still gets the answer.
    allowHalfOpen: true,
    disabledCommands,
    hideSTARTTLS: true,
    closeTimeout: closeGraceMs,
  };
}
