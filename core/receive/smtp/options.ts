// How smtp-server is set up, for the service and for the stand-alone qmail-smtpd.
import type { SMTPServerOptions } from 'smtp-server';

const disabledCommands = ['XCLIENT', 'XFORWARD', 'LHLO', 'WIZ', 'SHELL', 'KILL'];

/** What of the library is used: its connection's life, STARTTLS and AUTH, and none of its other commands. */
export function smtpServerOptions(): SMTPServerOptions {
  return {
    logger: false,
    disableReverseLookup: true,
    disabledCommands,
    // What EHLO offers, and what may be used when, says smtp-library.ts.
    hideSTARTTLS: true,
    authMethods: ['PLAIN', 'LOGIN'],
    authOptional: true,
  };
}
