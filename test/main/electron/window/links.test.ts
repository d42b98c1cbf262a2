// A link in a message opens the browser or the composer, or nothing, whatever its address is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Command } from '../../../../core/api/transport/desktop.ts';
import { classifyLink, createLinkOpener, type Link } from '../../../../main/electron/window/links.ts';

const rows: readonly [string, Link][] = [
  ['https://harbour.example/tides?at=7#low', { kind: 'web', url: 'https://harbour.example/tides?at=7#low' }],
  ['HTTP://Harbour.Example', { kind: 'web', url: 'http://harbour.example/' }],
  ['https://a.example/x y"z', { kind: 'web', url: 'https://a.example/x%20y%22z' }],
  [' https://a.example/\n', { kind: 'web', url: 'https://a.example/' }],
  ['mailto:ines@shore.example?subject=Ropes', { kind: 'mailto', url: 'mailto:ines@shore.example?subject=Ropes' }],
  ['MAILTO:ines@shore.example', { kind: 'mailto', url: 'MAILTO:ines@shore.example' }],
  ['javascript:alert(1)', { kind: 'none' }],
  ['JaVaScRiPt:alert(1)', { kind: 'none' }],
  ['file:///etc/passwd', { kind: 'none' }],
  ['smb://share.example/x', { kind: 'none' }],
  ['app://waypost/', { kind: 'none' }],
  ['data:text/html,x', { kind: 'none' }],
  ['vbscript:x', { kind: 'none' }],
  ['ms-msdt:/id', { kind: 'none' }],
  ['about:blank', { kind: 'none' }],
  ['//a.example/x', { kind: 'none' }],
  ['https://', { kind: 'none' }],
  ['https://a"b.example/', { kind: 'none' }],
  ['http://[2001:db8::7]:8080/x', { kind: 'web', url: 'http://[2001:db8::7]:8080/x' }],
  ['https://höhe.example/', { kind: 'web', url: 'https://xn--hhe-sna.example/' }],
  ['', { kind: 'none' }],
  [`https://a.example/${'x'.repeat(8_000)}`, { kind: 'none' }],
  [`mailto:${'x'.repeat(8_000)}`, { kind: 'none' }],
];

test('classifyLink: addresses → what may be done with them', () => {
  assert.deepEqual(
    rows.map(([text]) => [text, classifyLink(text)]),
    rows,
  );
});

test('classifyLink: any text → a web link is a well-formed http or https address', () => {
  const address = fc
    .tuple(fc.constantFrom('', 'http:', 'https://', 'mailto:', 'file:', ' \t'), fc.string())
    .map(p => p.join(''));
  fc.assert(
    fc.property(address, text => {
      const link = classifyLink(text);
      if (link.kind === 'web') assert.match(link.url, /^https?:\/\/[^\s"<>/]+\/[^\s"<>]*$/);
    }),
  );
});

test('link opener: links → the browser, the composer, or nothing; a browser that fails is logged', async () => {
  const opened: string[] = [];
  const commands: Command[] = [];
  const lines: string[] = [];
  const open = createLinkOpener({
    openExternal: async url => {
      opened.push(url);
      throw new Error('no browser');
    },
    command: command => commands.push(command),
    log: line => lines.push(line),
  });
  for (const [text] of rows.slice(0, 8)) open(text);
  await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual(opened, [
    'https://harbour.example/tides?at=7#low',
    'http://harbour.example/',
    'https://a.example/x%20y%22z',
    'https://a.example/',
  ]);
  assert.deepEqual(commands, [
    { kind: 'compose', mailto: 'mailto:ines@shore.example?subject=Ropes' },
    { kind: 'compose', mailto: 'MAILTO:ines@shore.example' },
  ]);
  assert.deepEqual(
    [lines.length, lines[1]],
    [4, 'unable to open http://harbour.example/ in a browser: Error: no browser'],
  );
});
