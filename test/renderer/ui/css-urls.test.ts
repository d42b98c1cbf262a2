// Every address in CSS that a browser would fetch is found, in any spelling, and can be taken out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replaceUrls } from '../../../renderer/ui/css-urls.ts';

test('replaceUrls: addresses in every form that a browser reads → found, and taken out unless they stay', () => {
  const far = 'https://x.example/a.png';
  const table: [css: string, urls: string[], cleaned: string][] = [
    [`a { background: url(${far}) }`, [far], 'a { background: none }'],
    [`a { background: url( '${far}' ) top }`, [far], 'a { background: none top }'],
    [`a { background: u\\72l("${far}") }`, [far], 'a { background: none }'],
    [`a { background: \\55 RL(${far}) }`, [far], 'a { background: none }'],
    [`a { background: u\\000072 l(${far}) }`, [far], 'a { background: none }'],
    ['a { background: url(https:\\2f\\2fx.example/a.png) }', [far], 'a { background: none }'],
    ['a { background: url("https:\\/\\/x.example/a.png") }', [far], 'a { background: none }'],
    [`a { background: url("${far}`, [far], 'a { background: none'],
    [`a { background: url(${far}`, [far], 'a { background: none'],
    [`@import "${far}"; b {}`, [far], ' b {}'],
    [`@\\69mport url(${far}) screen; b {}`, [far], ' b {}'],
    [`@IMPORT '${far}'`, [far], ''],
    [`@import/**/"${far}";`, [far], ''],
    [`@import "${far}" "more" url(x) url("y") 'z'; b {}`, [far], ' b {}'],
    [`@import "a;b${far}"; b {}`, [`a;b${far}`], ' b {}'],
    [
      `a { background: image-set("${far}" 1x, 'b.png' 2x) }`,
      [far, 'b.png'],
      'a { background: image-set("" 1x, "" 2x) }',
    ],
    [`a { background: -webkit-image-set(url(${far}) 1x) }`, [far], 'a { background: -webkit-image-set(none 1x) }'],
    [`a { background: i\\6d age-set("${far}" 1x) }`, [far], 'a { background: i\\6d age-set("" 1x) }'],
    [`a { --b: "${far}"; background: image-set(var(--b)) }`, [far], 'a { --b: ""; background: image-set(var(--b)) }'],
    [
      'a { content: "\\201c  url(x)"; color: rgb(1, 2, 3) }',
      [],
      'a { content: "\\201c  url(x)"; color: rgb(1, 2, 3) }',
    ],
    [`/* url(${far}) */ b {}`, [], '  b {}'],
    [`a { b: u/**/rl(${far}) }`, [], `a { b: u rl(${far}) }`],
    [
      'a { src: url(data:image/png;base64,AA) }',
      ['data:image/png;base64,AA'],
      'a { src: url(data:image/png;base64,AA) }',
    ],
    ['a { src: url(data:image/png;base64,AA', ['data:image/png;base64,AA'], 'a { src: none'],
    [
      'a::before { content: "never closed\n} b { color: red }',
      [],
      'a::before { content: "never closed\n} b { color: red }',
    ],
  ];
  for (const [css, urls, cleaned] of table) {
    const found: string[] = [];
    const stays = (url: string) => {
      found.push(url);
      return url.startsWith('data:');
    };
    assert.equal(replaceUrls(css, stays), cleaned, css);
    assert.deepEqual(found, urls, css);
  }
});
