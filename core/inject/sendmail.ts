// sendmail's command line, as programs call it, turned into what it means here (qmail's sendmail wrapper).
import { parseOptions } from '../lib/letter-options.ts';
import { splitAddress } from '../message/address.ts';
import type { Environment } from './inject-settings.ts';

/** What a call of sendmail asks for. */
export type SendmailCall =
  /** Run qmail-inject with these arguments and these additions to the environment. */
  | { readonly kind: 'inject'; readonly args: readonly string[]; readonly env: Environment }
  /** List the queue (mailq): qmail-qread. */
  | { readonly kind: 'list-queue' }
  /** Speak SMTP on standard input and output: qmail-smtpd, with these additions to the environment. */
  | { readonly kind: 'smtp'; readonly env: Environment }
  /** Nothing is done; `text` is the whole line to print. */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly text: string };

const usage: SendmailCall = {
  kind: 'refused',
  exitCode: 100,
  text: 'sendmail: usage: sendmail [ -t ] [ -fsender ] [ -Fname ] [ -bp ] [ -bs ] [ arg ... ]',
};

/** What -bs tells qmail-smtpd when nothing in the environment says who is calling. */
const localClient: Environment = {
  RELAYCLIENT: '',
  DATABYTES: '0',
  PROTO: 'TCP',
  TCPLOCALIP: '127.0.0.1',
  TCPLOCALHOST: 'localhost',
  TCPREMOTEIP: '127.0.0.1',
  TCPREMOTEHOST: 'localhost',
  TCPREMOTEINFO: 'sendmail-bs',
};

/**
 * @param programName the name sendmail was called by; `mailq` lists the queue
 * @param env the caller's environment
 */
export function readSendmailCall(programName: string, args: readonly string[], env: Environment): SendmailCall {
  let mode = programName === 'mailq' ? 'p' : 'm';
  let recipientsFromHeader = false;
  let sender: string | undefined;
  let name: string | undefined;
  const recipients = parseOptions(args, { valued: 'fFbpoeB', attached: 'EJ' }, (letter, value) => {
    if (letter === 't') recipientsFromHeader = true;
    else if (letter === 'f') sender = value;
    else if (letter === 'F') name = value;
    else if (letter === 'b') {
      mode = value;
      return ['m', 'p', 's'].includes(value);
    } else return 'poeBvimxEJ'.includes(letter);
    return true;
  });
  if (!recipients) return usage;
  if (mode === 'p') return { kind: 'list-queue' };
  if (mode === 's') return { kind: 'smtp', env: env.PROTO === undefined ? localClient : {} };
  const from = sender === undefined ? [] : ['-f', sender];
  return {
    kind: 'inject',
    args: [recipientsFromHeader ? '-H' : '-a', ...from, '--', ...recipients],
    env: { ...(sender ? senderEnvironment(sender) : {}), ...(name === undefined ? {} : { MAILNAME: name }) },
  };
}

/** Who names an envelope sender means it for a From field that is added, too: the user's own name does not belong there. */
function senderEnvironment(sender: string): Environment {
  const { local, host } = splitAddress(sender);
  const address = host === undefined ? { QMAILUSER: local } : { QMAILUSER: local, QMAILHOST: host };
  return { ...address, QMAILNAME: undefined, MAILNAME: undefined, NAME: undefined };
}
