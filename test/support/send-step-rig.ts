// The step `send` of a contact over a real connection: a Maildir, a link of this name, and what the step has said and done.
import { once } from 'node:events';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parseLink } from '../../core/control/links/link-file.ts';
import { systemClock } from '../../core/lib/clock.ts';
import { sendStep } from '../../core/link/contact/send-step.ts';
import { tappedStream } from '../../core/link/contact/tapped-stream.ts';
import { createTranscript } from '../../core/link/contact/transcript.ts';
import { openMarks } from '../../core/link/spool/marks.ts';
import { createWaitingMail } from '../../core/link/spool/waiting.ts';
import type { StepResult } from '../../core/link/turn/step-result.ts';
import { tempDir } from './temp-dir.ts';

const prefix = 'link-sat-';

export interface SendStepRig {
  /** Puts a message, a byte string, into the Maildir; it is older than those that are put after it. */
  put(name: string, recipient: string, text: string): void;
  /** Sends what waits to this port. */
  send(port: number): Promise<StepResult>;
  /** The names of what waits. */
  left(): string[];
  /** How many were to go when a message was begun. */
  readonly toGo: number[];
  readonly log: string[];
  /** Names of the messages that went back to their senders, and why. */
  readonly returned: string[];
  /** What both sides have said, without messages. */
  transcript(): string;
}

export function sendStepRig(t: TestContext, file: string): SendStepRig {
  const maildir = tempDir(t);
  mkdirSync(join(maildir, 'new'));
  const log: string[] = [];
  const toGo: number[] = [];
  const returned: string[] = [];
  const note = (line: string) => void log.push(line);
  const mail = createWaitingMail(maildir, prefix, note);
  const marks = openMarks(join(maildir, 'order'), note);
  const transcript = createTranscript(systemClock);
  const sessions = new Map<string, Buffer>();
  const { link } = parseLink('sat', file);
  let atSec = 1_000_000_000;

  return {
    log,
    toGo,
    returned,
    transcript: transcript.text,
    put(name, recipient, text) {
      const path = join(maildir, 'new', name);
      writeFileSync(path, `Return-Path: <a@b.example>\nDelivered-To: ${prefix}${recipient}\n${text}`, 'latin1');
      utimesSync(path, ++atSec, atSec);
    },
    left: () => readdirSync(join(maildir, 'new')).sort(),
    send: port =>
      sendStep(
        {
          ...{ link, maildir, prefix, mail, marks, transcript, sessions, clock: systemClock, log: note },
          bytesLeft: () => Number.POSITIVE_INFINITY,
          onlyNow: () => false,
          reach: {
            async dial(ip, at) {
              const socket = connect(at, ip);
              await once(socket, 'connect');
              return socket;
            },
            lookUp: async host => [host],
          },
          heloHost: () => 'here.example',
          acting: {
            program: 'link sat',
            directory: maildir,
            isTooOld: () => false,
            async bounce(name, text) {
              returned.push(`${name}: ${text}`);
              return { kind: 'queued', qp: 7 };
            },
            log: note,
          },
          stop: new AbortController().signal,
          tapped: (socket, isSmtp) => (isSmtp ? tappedStream(socket, transcript.smtp) : socket),
          told(what) {
            if (what.kind === 'sending' && what.sentBytes === 0) toGo.push(what.left());
          },
          begins: () => {},
        },
        { host: '127.0.0.1', port },
      ),
  };
}
