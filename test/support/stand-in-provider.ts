// A provider of mail of our own: Postfix takes mail for sending after a login that Dovecot checks, and delivers it into the Maildir
// that Dovecot serves by IMAP and POP3. All of it is on loopback, with a certificate of an authority that only a file names.
import { dirname } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../bench/processes.ts';
import { waitForPort } from '../bench/wait-for-port.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';
import { person } from './host-process.ts';
import { startPostfix } from './private-postfix.ts';
import { without } from './programs.ts';

export interface StandInProvider extends Dovecot {
  /** Of submission: 587 and 465 of a real one. */
  readonly submission: number;
  readonly submissions: number;
  /** The log of Postfix. */
  postfixLog(): string;
}

/** The address whose user may send; every user's password is `sesame`. */
export const address = 'ann@provider.example';
export const password = 'sesame';

/** Why it cannot be started here; false: it can. */
export const withoutProvider = () =>
  (process.getuid?.() === 0 ? false : 'it needs root to start') || without('postfix') || without('dovecot-pop3');

export async function startProvider(t: TestContext): Promise<StandInProvider> {
  const dovecot = await startDovecot(t, ['auth_mechanisms = plain login scram-sha-256', authService]);
  const directory = dirname(dovecot.authority);
  const submissions = await freePort();
  const { uid } = person;
  const main = () => `virtual_mailbox_domains = provider.example, far.example
virtual_mailbox_base = ${directory}
virtual_mailbox_maps = static:Maildir/
virtual_minimum_uid = 1
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${uid}
mynetworks =
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = ${directory}/key.pem, ${directory}/cert.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${directory}/base/auth-postfix
smtpd_sender_login_maps = inline:{ ${address}=${address} }
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
`;
  const services = `tlsmgr unix - - n 1000? 1 tlsmgr
127.0.0.1:${submissions} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
`;
  const postfix = await startPostfix(t, main, services);
  await waitForPort(submissions, { signal: t.signal, limitMs: 60_000 });
  return { ...dovecot, submission: postfix.port, submissions, postfixLog: postfix.log };
}

/** In Dovecot's base_dir. */
const authService = `service auth {
  unix_listener auth-postfix {
    mode = 0666
  }
}`;
