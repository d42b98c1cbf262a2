// A provider with three messages, by POP3 or by IMAP: for tests that hold for both protocols.
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Issued } from './certificates.ts';
import { popAccount } from './fetch-rig.ts';
import { type ImapPeer, imapPeer } from './imap-peer.ts';
import { type Pop3Peer, pop3Peer, providersMessage } from './pop3-peer.ts';

export type Protocol = 'pop3' | 'imap';
export const protocols: readonly Protocol[] = ['pop3', 'imap'];

/** The subjects of its messages. */
export const labels = ['one', 'two', 'three'];
export const texts = labels.map(label => providersMessage(label));

export const accountFor = (protocol: Protocol, more = '') => `${popAccount.replace('pop3', protocol)}${more}`;

export function peerOf(protocol: Protocol, quirk: (command: string) => string | undefined): Pop3Peer | ImapPeer {
  return protocol === 'pop3'
    ? pop3Peer(
        texts.map((text, at) => ({ uid: `u${at}`, text })),
        quirk,
      )
    : imapPeer(
        texts.map((text, at) => ({ uid: at + 1, text })),
        quirk,
      );
}

/** A server within TLS from the start. */
export const overTls =
  ({ cert, key }: Pick<Issued, 'cert' | 'key'>, serve: (stream: Duplex) => void) =>
  (stream: Duplex): void =>
    serve(new TLSSocket(stream as never, { isServer: true, cert, key }).on('error', () => {}));
