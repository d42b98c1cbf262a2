// The settings of qmail-inject from the environment and the control files.

import { addressFromText, lowerAscii } from '../../message/address.ts';
import type { RewriteHosts } from '../../message/header/rewrite.ts';

/** The sender and the defaults for fields. Byte strings. */
export interface InjectSettings extends RewriteHosts {
  readonly idHost: string;
  readonly user: string;
  /** Undefined: addresses of the user have no host and get the default host. */
  readonly host: string | undefined;
  /** Personal name for an added From field; undefined: none. */
  readonly name: string | undefined;
  readonly senderUser: string;
  readonly senderHost: string | undefined;
  /** Mailing lists (lower case) that need a Mail-Followup-To field; undefined: never add one. */
  readonly followupLists: ReadonlySet<string> | undefined;
  readonly flags: InjectFlags;
}

/** The letters of QMAILINJECT. */
export interface InjectFlags {
  /** `c`: `user@host (Name)` instead of `"Name" <user@host>` */
  readonly nameAsComment: boolean;
  /** `s`: a Return-Path field does not name the sender */
  readonly ignoreReturnPath: boolean;
  /** `f`: From fields of the input are deleted */
  readonly deleteFrom: boolean;
  /** `i`: Message-ID fields of the input are deleted */
  readonly deleteMessageId: boolean;
  /** `r`: variable envelope return path, one per recipient */
  readonly verpPerRecipient: boolean;
  /** `m`: variable envelope return path, one per message */
  readonly verpPerMessage: boolean;
}

/** The four control files that qmail-inject reads. */
export interface InjectControl extends RewriteHosts {
  readonly idHost: string;
}

/** A web form may be behind a variable: it must not add fields to the header. */
const lineEnds = /[\r\n]/g;

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param env the environment (text: turned into byte strings as UTF-8)
 * @param followupLists the lines of the file that QMAILMFTFILE names; undefined when the variable is not set
 */
export function injectSettings(
  env: Environment,
  control: InjectControl,
  followupLists: readonly string[] | undefined,
): InjectSettings {
  const first = (...names: string[]): string | undefined => {
    const value = names.map(name => env[name]).find(value => value !== undefined);
    return value === undefined ? undefined : addressFromText(value.replace(lineEnds, ' '));
  };
  const letters = env.QMAILINJECT ?? '';
  const user = first('QMAILUSER', 'MAILUSER', 'USER', 'LOGNAME') ?? 'anonymous';
  const host = first('QMAILHOST', 'MAILHOST');
  return {
    defaultHost: first('QMAILDEFAULTHOST') ?? control.defaultHost,
    defaultDomain: first('QMAILDEFAULTDOMAIN') ?? control.defaultDomain,
    plusDomain: first('QMAILPLUSDOMAIN') ?? control.plusDomain,
    ...(control.locals && { locals: control.locals }),
    idHost: first('QMAILIDHOST') ?? control.idHost,
    user,
    host,
    name: first('QMAILNAME', 'MAILNAME', 'NAME'),
    senderUser: first('QMAILSUSER') ?? user,
    senderHost: first('QMAILSHOST') ?? host,
    followupLists: followupLists && new Set(followupLists.map(lowerAscii)),
    flags: {
      nameAsComment: letters.includes('c'),
      ignoreReturnPath: letters.includes('s'),
      deleteFrom: letters.includes('f'),
      deleteMessageId: letters.includes('i'),
      verpPerRecipient: letters.includes('r'),
      verpPerMessage: letters.includes('m'),
    },
  };
}
