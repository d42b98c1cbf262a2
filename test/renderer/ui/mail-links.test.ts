// Where a link of an HTML message leads: to the web, to the composer, within the message, or nowhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailLink } from '../../../renderer/ui/mail-links.ts';

test('mailLink: hrefs → where they lead', () => {
  const table: readonly (readonly [href: string, base: string, leads: string])[] = [
    ['#news', '', 'anchor news'],
    ['#caf%C3%A9', '', 'anchor café'],
    ['#50%', '', 'anchor 50%'],
    ['#', '', 'anchor '],
    ['https://a.example/x', '', 'web https://a.example/x'],
    [' HTTP://A.example', '', 'web http://a.example/'],
    ['//a.example/x', '', 'web https://a.example/x'],
    ['mailto:a@x.example?subject=s', '', 'mailto mailto:a@x.example?subject=s'],
    ['offers.html', '', 'nowhere'],
    ['/offers', '', 'nowhere'],
    ['', '', 'nowhere'],
    ['offers.html', 'https://shop.example/mail/', 'web https://shop.example/mail/offers.html'],
    ['offers.html', 'file:///C:/', 'nowhere'],
    ['offers.html', 'javascript:', 'nowhere'],
    ['tel:+4530', '', 'nowhere'],
    ['java\nscript:alert(1)', '', 'nowhere'],
    ['file:///etc/passwd', '', 'nowhere'],
    ['https://[', '', 'nowhere'],
  ];
  assert.deepEqual(
    table.map(([href, base]) => [href, base, Object.values(mailLink(href, base)).join(' ')]),
    table.map(row => [...row]),
  );
});
