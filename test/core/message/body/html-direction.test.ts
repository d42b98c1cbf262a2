import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directionsForLater } from '../../../../core/message/body/html-direction.ts';
import { demandLinear } from '../../../growth/growth.ts';

test('directionsForLater: directions to be found out → for later; all else is as it was', () => {
  const table: [html: string, later: string][] = [
    ['<div dir="auto">a</div>', '<div data-dir="auto">a</div>'],
    ['<DIV CLASS=x DIR = Auto>a', '<DIV CLASS=x data-dir = Auto>a'],
    ["<p dir='&#97;uto '>a", "<p data-dir='&#97;uto '>a"],
    ['a <bdi class="x">b</bdi>', 'a <span data-dir="auto" class="x">b</span>'],
    ['<bdi dir=rtl>b</bdi>', '<span data-dir="auto" dir=rtl>b</span>'],
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
  for (const [html, later] of table) assert.equal(directionsForLater(html), later, html);
});

demandLinear([
  {
    name: 'directionsForLater',
    run: directionsForLater,
    units: ['<p dir=auto>', '<bdi>', 'dir ', ' dir', '<bdi dir="', '<!--dir='],
  },
]);
