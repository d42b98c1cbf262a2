// HTML whose layout would take a browser too long is changed so that a person reads the same, in linear time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lighterHtml } from '../../../../core/message/body/lighter-html.ts';
import { demandLinear } from '../../../growth/growth.ts';

test('lighterHtml: directions to be found out → for later; all else is as it was', () => {
  const table: [html: string, later: string][] = [
    ['<div dir="auto">a</div>', '<div data-dir="auto">a</div>'],
    ['<DIV CLASS=x DIR = Auto>a', '<DIV CLASS=x data-dir = Auto>a'],
    ["<p dir='&#97;uto '>a", "<p data-dir='&#97;uto '>a"],
    ['a <bdi class="x">b</bdi>', 'a <span data-dir="auto" class="x">b</span>'],
    ['<bdi dir=rtl>b</bdi>', '<span data-dir="auto" dir=rtl>b</span>'],
    ['<q>a</q><Q cite="x">b</Q >', '<span>\u201ca\u201d</span><span cite="x">\u201cb\u201d</span >'],
    ['<q', '<q'],
    ['<p dir="rtl"><p dir=ltr><p DIR=\'RTL\'>', '<p dir="rtl"><p dir=ltr><p DIR=\'RTL\'>'],
    ['<p title="dir=ltr">a directory', '<p title="dir=ltr">a directory'],
    ['<bdio><bdo dir=rtl>', '<bdio><bdo dir=rtl>'],
    // What is text, or looks like it: a person reads the same, a browser that sees a tag there no direction.
    ['&lt;div dir="auto"&gt;', '&lt;div dir&#61;"auto"&gt;'],
    ['<!--><div dir=auto>a', '<!--><div data-dir=auto>a'],
    ['<!-- --!><div dir=auto><bdi>a', '<!-- --!><div data-dir=auto><span data-dir="auto">a'],
    ['<a href="/?dir=auto">a', '<a href="/?dir&#61;auto">a'],
    ['<style><div dir=auto><bdi></style>', '<style><div dir&#61;auto>&lt;bdi></style>'],
    ['<div dir', '<div dir'],
    ['no tags', 'no tags'],
  ];
  const word = '\u0645'.repeat(400);
  table.push(
    [word + word, `${word}<wbr>${word}<wbr>`],
    [`${word.slice(1)} ${word.slice(1)}`, `${word.slice(1)} ${word.slice(1)}`],
  );
  table.push(
    [`${word}\u0651\u064ea`, `${word}\u0651\u064e<wbr>a`],
    [`${'&#1605;'.repeat(401)}`, `${'&#1605;'.repeat(400)}<wbr>&#1605;`],
  );
  table.push(
    ['\u{1f468}'.repeat(201), `${'\u{1f468}'.repeat(200)}<wbr>\u{1f468}`],
    ['x'.repeat(1000), 'x'.repeat(1000)],
  );
  for (const [html, later] of table) assert.equal(lighterHtml(html), later, html);
});

demandLinear([
  {
    name: 'lighterHtml',
    run: lighterHtml,
    units: [
      '\u0645',
      '\u0651',
      '&#1605;',
      '<q>',
      '</q>',
      '<q ',
      '<p dir=auto>',
      '<bdi>',
      'dir ',
      ' dir',
      '<bdi dir="',
      '<!--dir=',
    ],
  },
]);
