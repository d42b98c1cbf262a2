// A server as it is typed, in the window and at the command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typedServer } from '../../../core/api/guide.ts';

test('typedServer: hosts and ports as people write them → a server, or nothing where one is wrong', () => {
  const server = (host: string, port: number) => ({ host, port, tls: 'implicit' });
  const table: [host: string, port: string, read: ReturnType<typeof server> | undefined][] = [
    ['smtp.shore.example', '465', server('smtp.shore.example', 465)],
    ['mx-1', '65535', server('mx-1', 65_535)],
    ['smtp.shore.example', '0', undefined],
    ['smtp.shore.example', '65536', undefined],
    ['smtp.shore.example', '4e2', undefined],
    ['smtp.shore.example', '', undefined],
    ['-smtp.example', '465', undefined],
    ['smtp.example.', '465', undefined],
    ['smtp shore', '465', undefined],
    ['', '465', undefined],
  ];
  assert.deepEqual(
    table.map(([host, port]) => typedServer(host, port, 'implicit')),
    table.map(([, , read]) => read),
  );
});
