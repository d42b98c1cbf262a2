// How many tags HTML has and how deep its elements are, measured without building them and in linear time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureHtml } from '../../../../core/message/body/html-size.ts';
import { demandLinear } from '../../../growth/growth.ts';

test('measureHtml: HTML as people and programs write it → its tags, and the depth of its elements', () => {
  const table: [html: string, tags: number, depth: number][] = [
    ['', 0, 0],
    ['a < b', 0, 0],
    ['<p>a<p>b<p>c', 3, 1],
    ['<div><p>a</p></div><div><p>b</div><p>c', 8, 2],
    ['<ul><li>a<ul><li>b<li>c</ul><li>d</ul>', 8, 4],
    ['<table><tr><td>a<td>b<tr><td>c</table>', 7, 3],
    ['<br><img><hr><BR/>', 4, 0],
    ['<b><i>a</b></i></x></div>', 6, 2],
    ['<div>'.repeat(1000), 1000, 1000],
    ['<div></span>'.repeat(1000), 2000, 1000],
    ['<span>a</span>'.repeat(1000), 2000, 1],
    ['<!-- <div> --><style><div></style>', 2, 1],
  ];
  for (const [html, tags, depth] of table) {
    const size = measureHtml(html);
    assert.deepEqual([size.tags, size.depth], [tags, depth], html.slice(0, 80));
  }
  assert.equal(measureHtml('<p a b="c" d=e><i a>').attributes, 3);
});

demandLinear([
  {
    name: 'measureHtml',
    run: measureHtml,
    units: ['<', '<div>', '<p>', '</div>', '<div></x>', '<td><p><li>', '<a href="', '<b></i>', '<div><p></div>'],
  },
]);
