// `smtpd: end 17 status 0`: a session has ended, with the wait status of a program with the same end; pop3d writes no status.
import type { LineKind } from '../line-kind.ts';

export interface SessionEnd {
  readonly kind: 'session-end';
  readonly server: string;
  readonly number: number;
  readonly exitCode: number | undefined;
}

export const sessionEnd: Omit<LineKind<SessionEnd>, 'start'> = {
  format: ({ server, number, exitCode }) =>
    `${server}: end ${number}${exitCode === undefined ? '' : ` status ${exitCode * 256}`}`,
  parse(line) {
    const [, server, number, status] = /^(\w+): end (\d+)(?: status (\d+))?$/.exec(line) ?? [];
    if (server === undefined) return undefined;
    const exitCode = status === undefined ? undefined : Number(status) / 256;
    return { kind: 'session-end', server, number: Number(number), exitCode };
  },
};
