// `smtpd: pid 17 from 192.0.2.1`: a client has connected; the number is its session's, in the place of tcpserver's process
// id.
import { logWord } from '../../lib/text/log-word.ts';
import type { LineKind } from '../line-kind.ts';

export interface SessionStart {
  readonly kind: 'session-start';
  /** `smtpd`, `pop3d`, … */
  readonly server: string;
  readonly number: number;
  readonly from: string;
}

export const sessionStart: Omit<LineKind<SessionStart>, 'start'> = {
  format: ({ server, number, from }) => `${server}: pid ${number} from ${logWord(from)}`,
  parse(line) {
    const [, server, number, from] = /^(\w+): pid (\d+) from (.*)$/.exec(line) ?? [];
    if (server === undefined || from === undefined) return undefined;
    return { kind: 'session-start', server, number: Number(number), from };
  },
};
