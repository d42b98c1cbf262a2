// What Waypost uses of the inside of smtp-server (the head of library.ts) is there, under these names, and starts as expected.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { smtpServerOptions } from '../../../../core/receive/smtp/library.ts';

const methods: readonly [owner: object, names: readonly string[]][] = [
  [SMTPStream.prototype, ['_write', '_feedDataStream', '_flushData', '_commandTooLong']],
  [
    SMTPConnection.prototype,
    [
      ...[
        '_createParser',
        '_setListeners',
        '_sendGreeting',
        '_onCommand',
        '_resetSession',
        '_armTimeout',
        '_onTimeout',
      ],
      ...['_onClose', '_whenWritable', 'connectionReady', 'upgrade', 'close', 'send', 'init'],
    ],
  ],
];

for (const [owner, names] of methods) {
  test(`smtp-server: methods of ${owner.constructor.name} that library.ts replaces or calls → exist`, () => {
    const isMethod = (name: string) => typeof (owner as Record<string, unknown>)[name] === 'function';
    assert.deepEqual(
      names.filter(name => !isMethod(name)),
      [],
    );
  });
}

/** A connection over a socket that is only a stream. */
function connectionOver(socket: PassThrough): SMTPConnection {
  return new SMTPConnection(new SMTPServer(smtpServerOptions()), socket as never);
}

test('smtp-server: a new connection → its state has these names and values', () => {
  const connection = connectionOver(new PassThrough());
  const { _ready, _upgrading, _nextHandler, _handlerPending, _closing, _closed, secure, hostNameAppearsAs } =
    connection;
  const state = { _ready, _upgrading, _nextHandler, _handlerPending, _closing, _closed, secure, hostNameAppearsAs };
  assert.deepEqual(state, {
    _ready: false,
    _upgrading: false,
    _nextHandler: false,
    _handlerPending: false,
    _closing: false,
    _closed: false,
    secure: false,
    hostNameAppearsAs: false,
  });
  assert.ok(connection._parser instanceof SMTPStream);
  const { _dataMode, _remainder, isClosed } = connection._parser;
  assert.deepEqual({ _dataMode, _remainder, isClosed }, { _dataMode: false, _remainder: '', isClosed: false });
});

test('smtp-server: _createParser → is called by the constructor, before the fields of a subclass exist', () => {
  const seen: unknown[] = [];
  class Early extends SMTPConnection {
    readonly field: string = 'set';
    override _createParser() {
      seen.push(this.field);
      return super._createParser();
    }
  }
  const { field } = new Early(new SMTPServer(smtpServerOptions()), new PassThrough() as never);
  assert.deepEqual([...seen, field], [undefined, 'set']);
});

test('smtp-server: connectionReady → _ready, then the greeting, then the callback; a reset session before', async () => {
  const events: string[] = [];
  class Ready extends SMTPConnection {
    override _resetSession(): void {
      events.push(`reset ${this._ready}`);
      super._resetSession();
    }
    override _sendGreeting(): void {
      events.push(`greeting ${this._ready}`);
    }
  }
  const connection = new Ready(new SMTPServer(smtpServerOptions()), new PassThrough() as never);
  await new Promise<void>(resolve => connection.connectionReady(resolve));
  assert.deepEqual(events, ['reset false', 'greeting true']);
});

test('smtp-server: lines, a line without an end, data mode → _onCommand, nothing, _feedDataStream', async () => {
  const heard: string[] = [];
  class Parser extends SMTPStream {
    override oncommand = (line: Buffer, next?: () => void): void => {
      heard.push(`line ${line}`);
      if (String(line) === 'DATA') this._dataMode = true;
      next?.();
    };
    override _feedDataStream(piece: Buffer, done: () => void): void {
      heard.push(`data ${piece}`);
      done();
    }
    override _flushData(): void {
      heard.push(`rest ${this._remainder}`);
    }
  }
  const parser = new Parser();
  parser.write('NOOP\r\nDATA\r\none');
  parser.write('two');
  parser.end();
  await once(parser, 'finish');
  assert.deepEqual(heard, ['line NOOP', 'line DATA', 'data one', 'data two', 'rest ']);
});
