// The words of an account's file (control/fetch/NAME), one entry each: what may follow, and what it means to a person. The
// reader, the form of the window, `waypost check` and the guide derive from this table.
import { secretName } from '../../login/secret-files.ts';
import { addressFromText, hasControls, splitAddress } from '../../message/address.ts';
import type { FileWord } from '../word-file/word-file.ts';
import { authority, number, oneOf, yesNo } from '../word-file/word-kinds.ts';
import { isDomain, parseHostPort, takeNumber } from '../word-file/word-values.ts';
import type { Account } from './account.ts';

/** The values of a file that are collected line by line. */
export type AccountFields = { -readonly [Field in keyof Account]: Account[Field] } & {
  folders: string[];
  spamFolders: string[];
};

type AccountWord = FileWord<AccountFields>;

const mostFolders = 20;
const longestFolder = 200;
const mostDays = 3650;
const weekMinutes = 7 * 24 * 60;

export const accountWords = {
  protocol: oneOf('protocol', ['pop3', 'imap'], { example: 'imap', says: 'How mail is fetched.' }),
  server: {
    takes: 'HOST[:PORT]',
    example: 'imap.provider.example',
    says: 'The server of the provider. The usual ports are 995 and 993, without TLS from the start 110 and 143.',
    repeats: false,
    read(fields, value) {
      const server = parseHostPort(value);
      if (!server) return `${value} is not a host`;
      fields.server = server;
      return undefined;
    },
  },
  tls: oneOf('tls', ['implicit', 'starttls', 'none'], {
    example: 'starttls',
    says: 'TLS from the start, TLS after a plain greeting, or none, which is for servers on this machine only.',
  }),
  user: {
    takes: 'NAME',
    example: 'ines@provider.example',
    says: 'The name that the provider knows the mailbox by, often the whole address.',
    repeats: false,
    read(fields, value) {
      if (value.length > 255 || hasControls(value)) return 'it is too long, or has characters that no name has';
      fields.user = value;
      return undefined;
    },
  },
  secret: {
    takes: 'NAME',
    example: 'provider',
    says: 'The password is the first line of the file secrets/NAME, which only the user of the host may read; NAME.oauth is a file of OAuth tokens, which waypost login writes.',
    repeats: false,
    read(fields, value) {
      if (!secretName.test(value)) return `${value} is not the name of a file in secrets/`;
      fields.secret = value;
      return undefined;
    },
  },
  authority,
  to: {
    takes: 'ADDRESS',
    example: 'ines@kissidougou.example',
    says: 'The address on this host that gets the mail.',
    repeats: false,
    read(fields, value) {
      const address = addressFromText(value);
      const { local, host } = splitAddress(address);
      if (local === '' || host === '' || /\s/.test(value) || value.length > 500 || hasControls(address)) {
        return `${value} is not an address`;
      }
      fields.to = address;
      return undefined;
    },
  },
  multidrop: {
    takes: 'DOMAIN',
    example: 'kissidougou.example',
    says: 'All mail of this domain is in the one mailbox: each message goes to the address in this domain that its field X-Original-To or Delivered-To names, and without one to the address of the line to, or to postmaster.',
    repeats: false,
    read(fields, value) {
      if (!isDomain(value)) return `${value} is not a domain`;
      fields.multidrop = value.toLowerCase();
      return undefined;
    },
  },
  keep: {
    takes: 'always, no, or DAYS',
    example: '30',
    says: 'What is done at the server with messages that are here: they stay (as without this line), are deleted at once, or so many days later.',
    repeats: false,
    read(fields, value) {
      if (value === 'always') fields.keep = value;
      else if (value === 'no') fields.keep = 0;
      else {
        return takeNumber(value, 1, mostDays, days => {
          fields.keep = days;
        });
      }
      return undefined;
    },
  },
  folder: folder('folders', 'INBOX', 'IMAP: a folder that is fetched; without this line INBOX.'),
  'spam-folder': folder(
    'spamFolders',
    'Junk',
    'IMAP: a folder of unwanted mail that is fetched too; its messages get the field X-Spam-Flag: YES, by which a rule can tell them.',
  ),
  'max-bytes': number(
    'largestBytes',
    { takes: 'N', least: 1000, most: Number.MAX_SAFE_INTEGER },
    {
      example: '5000000',
      says: 'A larger message stays at the server, and a message with its header says so; without this line the limit is 100000000.',
    },
  ),
  every: number(
    'everyMinutes',
    { takes: 'MINUTES', least: 0, most: weekMinutes },
    {
      example: '15',
      says: 'How often mail is fetched; without this line every 15 minutes. 0: only when a person, a program or a link asks for it.',
    },
  ),
  idle: yesNo(
    'idle',
    'IMAP: stay connected, and fetch as soon as the server says that there is new mail in the first folder (IDLE).',
  ),
} as const satisfies Readonly<Record<string, AccountWord>>;

function folder(field: 'folders' | 'spamFolders', example: string, says: string): AccountWord {
  return {
    takes: 'NAME',
    example,
    says,
    repeats: true,
    read(fields, value) {
      if (value.length > longestFolder || hasControls(value)) return 'it is not the name of a folder';
      if (fields[field].includes(value)) return `${value} is there twice`;
      if (fields[field].length >= mostFolders) return `an account has at most ${mostFolders} folders`;
      fields[field].push(value);
      return undefined;
    },
  };
}
