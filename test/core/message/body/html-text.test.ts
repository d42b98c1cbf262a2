// HTML becomes the text that a person would have typed, in linear time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOfHtml } from '../../../../core/message/body/html-text.ts';
import { demandLinear } from '../../../growth/growth.ts';

test('textOfHtml: what mail programs write → what a person would type', () => {
  const table: [html: string, text: string][] = [
    ['plain', 'plain'],
    ['<p>One</p><p>Two<br>Three</p>', 'One\n\nTwo\nThree'],
    ['<div>a</div><div>b</div><div><br></div><div>c</div>', 'a\nb\n\nc'],
    ['a <b>bold</b>\n  <i>word</i>', 'a bold word'],
    ['<html><head><title>T</title><style>p{}</style></head><body>x<script>if (a<b) {}</script>y</body></html>', 'xy'],
    ['<a href="https://x.example/a?b=1&amp;c=2">here</a>', 'here <https://x.example/a?b=1&c=2>'],
    ['<a href="https://x.example/">x.example</a>', 'x.example'],
    ['<a href="mailto:a@x.example">a@x.example</a>', 'a@x.example'],
    ['<a href="javascript:alert(1)">click</a>', 'click'],
    ['<ul><li>one<li>two</ul><ol><li>a</li><li>b</li></ol>', '- one\n- two\n\n1. a\n2. b'],
    ['<ul><li>one<ul><li>deep</li></ul></li></ul>', '- one\n  - deep'],
    ['<blockquote>said<blockquote>before</blockquote></blockquote>answer', '> said\n>\n> > before\n\nanswer'],
    ['<pre>a  b\n\n  c</pre>', 'a  b\n\n  c'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['x<hr>y', 'x\n----------\ny'],
    ['<img src="cid:x" alt="A boat"> <img alt="">', '[A boat]'],
    ['&lt;tag&gt; &amp; &eacute;&#233;&#xe9; &euro; &nosuch; &#0;&#x110000;', '<tag> & ééé € &nosuch; \ufffd\ufffd'],
    ['soft&shy;hyphen zero&#8203;width', 'softhyphen zerowidth'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['a<!-- hidden <b> -->b<!doctype html>c<?php x ?>d', 'abcd'],
    ['<p title="a > b">text</p>', 'text'],
    ['unclosed <b', 'unclosed'],
    ['unclosed <!-- comment', 'unclosed'],
    ['<p>Hi</p><style>never closed', 'Hi'],
    ['', ''],
  ];
  for (const [html, text] of table) assert.equal(textOfHtml(html), text, html);
});

demandLinear([
  {
    name: 'textOfHtml',
    run: textOfHtml,
    units: ['<', '<!--', '<a href="', '<a href=http://x>y</a>', '<script>', '<ul><li>', '&#x', '<td "', '</p'],
  },
]);
