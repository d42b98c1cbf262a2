// The environment of programs in .qmail files: built, never inherited (spec: qmail-command(8)).
import { addressFromText } from '../message/address.ts';
import type { DeliveryLines } from './rules/delivery-lines.ts';

/** What the variables are made from. All values are byte strings. */
export interface EnvironmentSource {
  readonly user: string;
  readonly homeDir: string;
  readonly local: string;
  readonly host: string;
  readonly ext: string;
  readonly sender: string;
  readonly newSender: string;
  readonly defaultPart: string | undefined;
  readonly lines: DeliveryLines;
  /** PATH, TMPDIR, TZ and so on: see `basicVariables`. */
  readonly basicVariables: Readonly<Record<string, string>>;
}

const inherited = ['TMPDIR', 'TZ', 'LANG', 'LC_ALL', 'LC_CTYPE'];

/**
 * The few variables that programs need from the host's own environment, as byte strings. PATH begins with the home's
 * bin/, so that `|forward …` and `|sendmail …` run this host's programs.
 */
export function basicVariables(
  home: string,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const picked: Record<string, string> = {
    PATH: `${addressFromText(home)}/bin:${addressFromText(own.PATH || '/usr/local/bin:/usr/bin:/bin')}`,
    WAYPOST_HOME: addressFromText(home),
  };
  for (const name of inherited) {
    const value = own[name];
    if (value !== undefined) picked[name] = addressFromText(value);
  }
  return picked;
}

/** All variables of one program. */
export function programEnvironment(source: EnvironmentSource): Record<string, string> {
  const { ext, host } = source;
  const ext2 = afterDash(ext);
  const ext3 = afterDash(ext2);
  const host2 = beforeLastDot(host);
  const host3 = beforeLastDot(host2);
  return {
    ...source.basicVariables,
    USER: source.user,
    HOME: source.homeDir,
    SENDER: source.sender,
    NEWSENDER: source.newSender,
    RECIPIENT: `${source.local}@${host}`,
    LOCAL: source.local,
    HOST: host,
    HOST2: host2,
    HOST3: host3,
    HOST4: beforeLastDot(host3),
    EXT: ext,
    EXT2: ext2,
    EXT3: ext3,
    EXT4: afterDash(ext3),
    ...(source.defaultPart === undefined ? {} : { DEFAULT: source.defaultPart }),
    DTLINE: source.lines.dtLine,
    RPLINE: source.lines.rpLine,
    UFLINE: source.lines.ufLine,
  };
}

function afterDash(text: string): string {
  const dash = text.indexOf('-');
  return dash < 0 ? '' : text.slice(dash + 1);
}

function beforeLastDot(text: string): string {
  const dot = text.lastIndexOf('.');
  return dot < 0 ? text : text.slice(0, dot);
}
