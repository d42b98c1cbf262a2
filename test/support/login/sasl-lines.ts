// The lines of a login as POP3 and IMAP carry it: what a server with some mechanisms answers to each.
import { type Account, type SaslServer, saslServers } from './sasl-server.ts';

type MechanismName = keyof typeof saslServers;

export interface LoginServer {
  readonly mechanisms: readonly MechanismName[];
  /** A login, from the words after AUTH or AUTHENTICATE on. */
  start(): (words: string) => { readonly kind: 'challenge' | 'success' | 'failure'; readonly text: string };
}

export function saslLines(account: () => Account, mechanisms: readonly MechanismName[]): LoginServer {
  return {
    mechanisms,
    start() {
      let server: SaslServer | undefined;
      return words => {
        const [name = '', initial] = words.split(' ');
        const isFirst = server === undefined;
        const mechanism = mechanisms.find(one => one === name);
        if (isFirst && !mechanism) return { kind: 'failure', text: 'no such mechanism' };
        server ??= mechanism && saslServers[mechanism](account());
        const response = isFirst ? initial : words;
        const step = server?.(response === undefined ? undefined : Buffer.from(response, 'base64'));
        if (step?.kind === 'challenge') return { kind: 'challenge', text: step.raw.toString('base64') };
        return { kind: step?.kind ?? 'failure', text: 'as you see' };
      };
    },
  };
}
