// Both ends of the channel on which the host, or the reader, sends requests to root's parent: frames of limited length, and
// beside them the sockets that come with requests.
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { receiveSocket, sendDescriptor } from '../lib/net/pass-descriptor.ts';
import { peerUidOf } from '../lib/net/peer-uid.ts';
import { socketPair } from '../lib/net/system-sockets.ts';
import { framesOver } from '../lib/process/frames.ts';
import type { Reply, Request } from './requests.ts';

/** Longer than any request or answer of ours: three addresses made only of control characters. */
const longestFrame = 512 * 1024;
/** More answers than a host can wait for at the same time. */
const mostUnread = 5000;
/** The delay before a socket for which the parent has no room is sent again. */
const againMs = 5;

/** The descriptors of one end. */
export interface ChannelEnd {
  readonly words: number;
  /** Sockets go only from the child to the parent. */
  readonly sockets: number;
}

/** For a process that will be started. @throws Error when there are no descriptors left */
export function channelPair(): { readonly ours: ChannelEnd; readonly theirs: ChannelEnd } {
  const [ourWords, theirWords] = socketPair();
  const [ourSockets, theirSockets] = socketPair();
  return {
    ours: { words: ourWords, sockets: ourSockets },
    theirs: { words: theirWords, sockets: theirSockets },
  };
}

/** The parent's end of the channel to a child. */
export interface Asker {
  reply(reply: Reply): void;
  /** The socket that came with the last request; undefined: none did. */
  takeSocket(): number | undefined;
  /** Ends reading and writing. */
  close(): void;
}

/**
 * @param uid the child's
 * @param malformed called when it sends something that is not a frame, or does not read the answers
 */
export function listenTo(
  { words, sockets }: ChannelEnd,
  uid: number,
  hear: (request: unknown) => void,
  malformed: (why: string) => void,
): Asker {
  const stream = new Socket({ fd: words });
  let open = true;
  let unread = 0;
  const frames = framesOver(
    stream,
    frame => {
      if (!open) return;
      if (frame) hear(frame.words);
      else malformed('it sent something that is not a request, or is too long');
    },
    longestFrame,
  );
  return {
    reply(reply) {
      if (!open) return;
      if (unread >= mostUnread) return malformed('it does not read the answers');
      unread++;
      void frames.say(reply).then(() => {
        unread--;
      });
    },
    takeSocket() {
      const fd = open ? receiveSocket(sockets) : undefined;
      if (fd === undefined || isMadeBy(fd, uid)) return fd;
      closeSync(fd);
      return undefined;
    },
    close() {
      if (!open) return;
      open = false;
      stream.destroy();
      closeSync(sockets);
    },
  };
}

/** What a process writes to a socket counts as its user's, root's too: only sockets that the child made itself are accepted. */
function isMadeBy(fd: number, uid: number): boolean {
  return process.platform !== 'linux' || peerUidOf(fd) === uid;
}

/** The host's end of the channel to its parent. */
export interface Channel {
  /** @param socket a descriptor, which is closed once it is sent or the parent is gone */
  send(request: Request, socket: number | undefined, sent: (error?: unknown) => void): void;
  onReply(listener: (reply: Reply) => void): void;
  onGone(listener: () => void): void;
  close(): void;
}

interface Waiting {
  readonly request: Request;
  readonly socket: number | undefined;
  readonly sent: (error?: unknown) => void;
}

/** The channel to the process that started this one. */
export function channelToParent({ words, sockets }: ChannelEnd): Channel {
  const stream = new Socket({ fd: words });
  let hear: (reply: Reply) => void = () => {};
  const frames = framesOver(stream, frame => (frame ? hear(frame.words as Reply) : stream.destroy()), longestFrame);
  let waiting: Waiting[] = [];
  let again: NodeJS.Timeout | undefined;
  stream.once('close', () => {
    clearTimeout(again);
    closeSync(sockets);
    for (const one of waiting) done(one, new Error('the channel to the root parent is closed'));
    waiting = [];
  });

  /** In order: each socket is sent before the frame that it belongs to. */
  function sendWaiting(): void {
    again = undefined;
    for (const one of waiting.splice(0)) {
      if (again) waiting.push(one);
      else trySending(one);
    }
  }

  function trySending(one: Waiting): void {
    let refused: unknown;
    try {
      if (one.socket !== undefined && !sendDescriptor(sockets, one.socket)) {
        waiting.push(one);
        again = setTimeout(sendWaiting, againMs);
        return;
      }
      void frames.say(one.request);
    } catch (error) {
      refused = error;
    }
    done(one, refused);
  }

  return {
    send(request, socket, sent) {
      const one = { request, socket, sent };
      if (stream.destroyed) done(one, new Error('the channel to the root parent is closed'));
      else if (again) waiting.push(one);
      else trySending(one);
    },
    onReply(listener) {
      hear = listener;
    },
    onGone: listener => void (stream.destroyed ? queueMicrotask(listener) : stream.once('close', listener)),
    close: () => void stream.destroy(),
  };
}

function done({ socket, sent }: Waiting, error?: unknown): void {
  if (socket !== undefined) closeSync(socket);
  sent(error);
}
