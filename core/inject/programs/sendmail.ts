// Parses sendmail's command line into an action of this host (qmail's sendmail wrapper).
import { parseOptions } from '../../lib/process/getopt.ts';
import { splitAddress } from '../../message/address.ts';
import { readMailDsn, readNotify, toXtext } from '../../message/dsn-parameters.ts';
import { readAddressList } from '../../message/header/address-list.ts';
import { tokenize, unquoteTokens } from '../../message/header/tokens.ts';
import type { EnvelopeDsn, MessageDsn } from '../../paper-path/dsn.ts';
import type { Environment } from './inject-settings.ts';

/** The action that a call of sendmail requests. */
export type SendmailCall =
  /** Run qmail-inject with these arguments and these additions to the environment. */
  | {
      readonly kind: 'inject';
      readonly args: readonly string[];
      readonly env: Environment;
      /** -N, -R and -V: what the sender wants to be told. */
      readonly dsn?: EnvelopeDsn;
      /** Then wait, and print the result of each delivery. */
      readonly verbose?: true;
    }
  /** List the queue (mailq): qmail-qread. */
  | { readonly kind: 'list-queue' }
  /** Speak SMTP on standard input and output: qmail-smtpd, with these additions to the environment. */
  | { readonly kind: 'smtp'; readonly env: Environment }
  /** Try everything in the queue now. */
  | { readonly kind: 'flush' }
  /** Rebuild the database of /etc/aliases: newaliases. */
  | { readonly kind: 'make-aliases' }
  /** Show what would happen to mail for these addresses. */
  | { readonly kind: 'explain'; readonly addresses: readonly string[] }
  /** Nothing is done; `text` is the whole line to print. */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly text: string };

const usage: SendmailCall = {
  kind: 'refused',
  exitCode: 100,
  text: 'sendmail: usage: sendmail [ -t ] [ -fsender ] [ -Fname ] [ -bp ] [ -bs ] [ -bv ] [ -q ] [ -v ] [ arg ... ]',
};

const daemon: SendmailCall = {
  kind: 'refused',
  exitCode: 100,
  text: 'sendmail: fatal: it does not run as a daemon: start the host with waypost serve',
};

/** The client that -bs describes to qmail-smtpd if the environment does not. */
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

/** Ignored options with a value: the log's tag, configuration, hops, traffic logs. */
const ignoredValued = 'poeBACLOXh';
/** Ignored options without a value, and those with an optional value directly after the letter. */
const ignoredFlags = 'GUcimnsx';
const ignoredAttached = 'EJd';

/**
 * @param programName the name by which sendmail was called; `mailq` lists the queue
 * @param args byte strings
 * @param env the caller's environment
 */
export function readSendmailCall(programName: string, args: readonly string[], env: Environment): SendmailCall {
  let mode = programName === 'mailq' ? 'p' : 'm';
  let recipientsFromHeader = false;
  let verbose = false;
  let sender: string | undefined;
  let name: string | undefined;
  const asked: Partial<Record<'N' | 'R' | 'V', string>> = {};
  const letters = { valued: `fFbrNRV${ignoredValued}`, attached: `q${ignoredAttached}` };
  const named = parseOptions(args, letters, (letter, value) => {
    if (letter === 't') recipientsFromHeader = true;
    else if (letter === 'f' || letter === 'r') sender = senderIn(value);
    else if (letter === 'F') name = value;
    else if (letter === 'b') mode = value;
    else if (letter === 'N' || letter === 'R' || letter === 'V') asked[letter] = value;
    else if (letter === 'v') verbose = true;
    else if (letter === 'q' || letter === 'I') mode = letter === 'q' ? 'q' : 'i';
    else if (letter === 'o') return !eximPair.test(value);
    else return `${ignoredValued}${ignoredFlags}${ignoredAttached}`.includes(letter);
    return true;
  });
  if (!named) return usage;
  const recipients = named.flatMap(addressesIn);
  switch (mode) {
    case 'm':
    case 'a':
      break;
    case 'p':
      return { kind: 'list-queue' };
    case 's':
      return { kind: 'smtp', env: env.PROTO === undefined ? localClient : {} };
    case 'q':
      return { kind: 'flush' };
    case 'i':
      return { kind: 'make-aliases' };
    case 'v':
      return { kind: 'explain', addresses: recipients };
    case 'd':
    case 'D':
    case 'l':
      return daemon;
    default:
      return usage;
  }
  const from = sender === undefined ? [] : ['-f', sender];
  return {
    kind: 'inject',
    args: [recipientsFromHeader ? '-H' : '-a', ...from, '--', ...recipients],
    env: { ...(sender ? senderEnvironment(sender) : {}), ...(name === undefined ? {} : { MAILNAME: name }) },
    ...dsnIn(asked),
    ...(verbose ? { verbose } : {}),
  };
}

/** A value that makes no sense is ignored: the program that sends cannot be changed, and its mail would be lost. */
function dsnIn({ N, R, V }: Partial<Record<'N' | 'R' | 'V', string>>): { readonly dsn?: EnvelopeDsn } {
  const notify = N === undefined ? undefined : readNotify(N);
  const ofMail = { ...mailDsnIn('RET', R), ...mailDsnIn('ENVID', V && toXtext(V)) };
  if (notify === undefined && Object.keys(ofMail).length === 0) return {};
  return { dsn: { ...ofMail, ...(notify && { everyone: { notify } }), recipients: [] } };
}

function mailDsnIn(name: 'RET' | 'ENVID', value: string | undefined): MessageDsn {
  const read = readMailDsn(value === undefined ? [] : [`${name}=${value}`]);
  return read.ok ? read.value : {};
}

/** Exim's -oMa and similar options have a value in the next argument, which must not become a recipient. */
const eximPair = /^M(?:a|aa|ai|as|i|m|r|s|t)$/;

/** The addresses in an argument, parsed as in a header (`joe,root`, `Joe <joe@x>`); otherwise the argument is one address. */
function addressesIn(argument: string): readonly string[] {
  const tokens = tokenize(argument);
  const list = tokens && readAddressList(tokens, address => address);
  return list ? list.addresses.map(unquoteTokens).filter(isSomebody).reverse() : [argument];
}

function isSomebody(address: string): boolean {
  return address !== '';
}

/** The one address that -f or -r names; `<>` is the null sender. */
function senderIn(value: string): string {
  const [sender = '', ...more] = addressesIn(value);
  return more.length === 0 ? sender : value;
}

/** The envelope sender is also the address in an added From field, where the user's own name would be wrong. */
function senderEnvironment(sender: string): Environment {
  const { local, host } = splitAddress(sender);
  const address = host === undefined ? { QMAILUSER: local } : { QMAILUSER: local, QMAILHOST: host };
  return { ...address, QMAILNAME: undefined, MAILNAME: undefined, NAME: undefined };
}
