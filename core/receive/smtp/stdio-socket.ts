// The descriptors that a super-server gives to a program (fd 0 to read, fd 1 to write) as one socket, which smtp-server needs.
import { Duplex, type Readable, type Writable } from 'node:stream';

/** Has what smtp-server needs of a socket. After its end, when all is written, it closes without waiting for the other side. */
export class StdioSocket extends Duplex {
  private readonly input: Readable;
  private readonly output: Writable;
  private idle: NodeJS.Timeout | undefined;

  constructor(input: Readable, output: Writable) {
    super();
    this.input = input;
    this.output = output;
    input.on('data', piece => {
      this.idle?.refresh();
      if (!this.push(piece)) input.pause();
    });
    input.on('end', () => this.push(null));
    for (const stream of [input, output]) stream.on('error', error => this.destroy(error));
    output.on('close', () => this.destroy());
  }

  /** As net.Socket has it. */
  get readyState(): string {
    return this.destroyed ? 'closed' : 'open';
  }

  setTimeout(delayMs: number, onTimeout: () => void): this {
    clearTimeout(this.idle);
    this.idle = setTimeout(onTimeout, delayMs);
    return this;
  }

  override _read(): void {
    this.input.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.output.write(piece, error => {
      this.idle?.refresh();
      done(error);
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    done();
    this.destroy();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.idle);
    this.input.destroy();
    done(error);
  }
}
