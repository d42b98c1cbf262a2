// HTML mail of some kilobytes that kept a browser busy for many seconds, or crashed it, before the window limited it.
import { crc32, deflateSync } from 'node:zlib';

const withCss = (css: string, body: string): string => `<style>${css}</style>${body}`;
const many = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join('');

/** Groups of eight times the group before. */
function laughingSvg(levels: number): string {
  const groups = many(levels, n => `<g id="a${n + 1}">${`<use href="#a${n}"/>`.repeat(8)}</g>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><g id="a0"><rect width="3" height="3"/></g>${groups}</svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** One bit for each of its pixels, all the same: very little of a file. */
function largePng(edge: number): string {
  const chunk = (kind: string, body: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(kind), body]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(edge, 0);
  header.writeUInt32BE(edge, 4);
  header[8] = 1;
  const pixels = deflateSync(Buffer.alloc((Math.ceil(edge / 8) + 1) * edge));
  const png = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', pixels)];
  return `data:image/png;base64,${Buffer.concat([...png, chunk('IEND', Buffer.alloc(0))]).toString('base64')}`;
}

export const hostileHtml: Readonly<Record<string, string>> = {
  'a picture in SVG that grows': `<img src="${laughingSvg(7)}"><p style='background: url("${laughingSvg(7)}")'>a</p>`,
  'a picture of 400 million pixels': `<p>a</p><img src="${largePng(20_000)}">`,
  'columns within columns': withCss('div { columns: 2 }', `${'<div>'.repeat(40)}${'a b c '.repeat(2000)}`),
  'counters within each other': withCss(
    'p { counter-increment: a b c } p::before { content: counters(a, ".") counters(b, ".") } div { counter-reset: a }',
    '<div><p>a'.repeat(240),
  ),
  'selectors that look at siblings': withCss(
    `${many(200, n => `b.x${n} ~ * ~ * ~ span { color: red }`)} span:has(~ span ~ span ~ b) ~ span { color: red }`,
    '<span>a</span>'.repeat(20_000),
  ),
  'selectors that look upwards': withCss(
    many(300, n => `b.x${n} div div div span { color: red }`),
    `${'<div>'.repeat(200)}${'<span>a</span>'.repeat(20_000)}`,
  ),
  'a grid of 10,000 columns': withCss(
    'div { display: grid; grid-template-columns: repeat(10000, 1px); grid-auto-flow: dense }',
    `<div>${'<p style="grid-column: span 9999">a</p>'.repeat(10_000)}</div>`,
  ),
  'cells across a million fields': `<table>${`<tr>${'<td rowspan=65000 colspan=1000>a'.repeat(20)}`.repeat(1000)}</table>`,
  'animations without end': withCss(
    '@keyframes a { from { width: 1px } to { width: 900px; font-size: 99px } } p { animation: a .1s infinite alternate }',
    '<p>a b c</p>'.repeat(10_000),
  ),
  'filters on everything': withCss('p { filter: blur(200px); backdrop-filter: blur(99px) }', '<p>a</p>'.repeat(10_000)),
  '10,000 quotations': `<p>${'<q>a</q> '.repeat(10_000)}</p>`,
  'a word of 100,000 joined letters': `<p>${'\u0645'.repeat(100_000)}</p>`,
  '480 boxes within each other': withCss('b { display: inline-block }', `<p>a</p>${'<b>x'.repeat(480)}`),
  'a tag of 50,000 attributes': `<p ${many(50_000, n => `a${n}=b `)}>x</p>`,
};
