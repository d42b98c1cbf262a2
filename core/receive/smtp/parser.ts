// The byte parser of smtp-server with qmail's DATA phase in place of its own: the library would let a LF without CR
// through and keeps the dots of lines that are not stuffed twice.
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import type { IncomingMessage } from './incoming-message.ts';

type Done = (error?: Error | null) => void;

/** What the connection is told while a message comes in. */
export interface DataEvents {
  /** The final dot came. Nothing behind it is read before `resume` is called. */
  onEnd(resume: () => void): void;
  /** The queue was slower than the client, and has caught up. */
  onWaited(): void;
  onBareLf(): void;
}

const LF = 0x0a;

/** Commands as in the library; message bytes go to an IncomingMessage. */
export class SmtpParser extends SMTPStream {
  private message: { incoming: IncomingMessage; events: DataEvents } | undefined;
  /** Behind the command or message that is being dealt with more was sent already. */
  moreIsHere = false;
  /** Called for every piece that comes off the wire; true: nothing of it is looked at any more. */
  stopAt: (piece: Buffer) => boolean = () => false;

  /** The bytes from here to the final dot are a message. */
  startMessage(incoming: IncomingMessage, events: DataEvents): void {
    this.message = { incoming, events };
    this._dataMode = true;
  }

  override _write(piece: Buffer, encoding: BufferEncoding | 'buffer', done: Done): void {
    if (this.isClosed || this.stopAt(piece)) {
      done();
      return;
    }
    if (!this._dataMode) this.moreIsHere = piece.indexOf(LF) < piece.length - 1;
    super._write(piece, encoding, done);
  }

  override _feedDataStream(piece: Buffer, done: Done): void {
    // Out of data mode there is no message, and the base class does not call this.
    const { incoming, events } = this.message as NonNullable<typeof this.message>;
    const { end, bareLf } = incoming.push(piece);
    if (end === undefined && !bareLf) {
      if (incoming.full) {
        incoming.whenReady(() => {
          events.onWaited();
          done();
        });
      } else done();
      return;
    }
    this.message = undefined;
    this._dataMode = false;
    this._remainder = '';
    if (bareLf) {
      // Whatever follows is not trusted: the connection closes, the rest of the input is never looked at.
      this.isClosed = true;
      events.onBareLf();
      done();
    } else {
      const rest = piece.subarray(end);
      this.moreIsHere = rest.length > 0;
      events.onEnd(() => this._write(rest, 'buffer', done));
    }
  }

  /** A line that was not ended by the time the client left is no command. */
  override _flushData(): void {}

  override _commandTooLong(): Error {
    super._commandTooLong();
    return new Error('command line too long (#5.5.2)');
  }
}
