// Makes HTML mail harmless: no scripts, no forms, no frames, nothing loaded from anywhere. The frame that shows it forbids all
// of this again, by its sandbox and its policy.
import createPurifier from 'dompurify';
import { filterSheet, filterStyle } from './css-allowlist.ts';
import { replaceUrls } from './css-urls.ts';
import { createPictureGate } from './data-pictures.ts';
import { mailLink } from './mail-links.ts';

export interface SafeHtml {
  /** A whole document for an iframe's srcdoc. */
  readonly document: string;
  /** Images that would have been loaded from a network. */
  readonly remoteImages: number;
}

const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const frameStyle = `
  html { color-scheme: only light; background: #fff; color: #1d2329; overflow-wrap: anywhere; }
  body { margin: 16px 26px; font: 14px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
  img { max-width: 100%; height: auto; }
  pre { white-space: pre-wrap; }
  [data-nowhere] { text-decoration: underline dotted; cursor: help; }
  blockquote { margin: 8px 0; padding-left: 12px; border-left: 2px solid #dcd8cf; }
`;

const forbiddenTags = [
  'base',
  'button',
  'canvas',
  'dialog',
  'embed',
  'fencedframe',
  'form',
  'frame',
  'frameset',
  'iframe',
  'input',
  'link',
  'marquee',
  'meta',
  'object',
  'option',
  'portal',
  'select',
  'source',
  'textarea',
  'video',
  'audio',
  'track',
];

const remoteUrl = /^\s*(?:https?:)?\/\//i;
/** How many more table fields than their own all cells together may span. */
const mostSpannedFields = 10_000;

/** @param nowhere the words for a link that leads nowhere */
export function sanitise(html: string, page: Window & typeof globalThis, nowhere: (href: string) => string): SafeHtml {
  const purifier = createPurifier(page);
  let remoteImages = 0;
  let base = '';
  let spannedFields = 0;
  const mayBeShown = createPictureGate();
  const sheets: string[] = [];
  const depths = new WeakMap<Node, number>();
  const size = { elements: 0, depth: 0 };

  function withoutRemote(css: string): string {
    return replaceUrls(css, url => {
      if (remoteUrl.test(url)) remoteImages += 1;
      return mayBeShown(url);
    });
  }

  purifier.addHook('afterSanitizeAttributes', node => {
    for (const name of ['src', 'background', 'poster', 'srcset']) {
      const value = node.getAttribute(name);
      if (value === null) continue;
      if (name !== 'srcset' && mayBeShown(value)) continue;
      if (name !== 'srcset' && remoteUrl.test(value)) remoteImages += 1;
      node.removeAttribute(name);
    }
    const style = node.getAttribute('style');
    if (style !== null) {
      node.setAttribute('style', withoutRemote(style));
      filterStyle((node as HTMLElement).style);
    }
    limitSpans(node);
    if (node.nodeName === 'IMG') node.setAttribute('decoding', 'async');
    if (node.nodeName === 'A' || node.nodeName === 'AREA') treatLink(node);
  });
  function limitSpans(node: Element): void {
    const [across = 1, down = 1] = ['colspan', 'rowspan', 'span'].flatMap(name =>
      node.hasAttribute(name) ? [Number(node.getAttribute(name)) || 1] : [],
    );
    if (across * down === 1) return;
    spannedFields += across * down;
    if (spannedFields <= mostSpannedFields) return;
    for (const name of ['colspan', 'rowspan', 'span']) node.removeAttribute(name);
  }
  function treatLink(node: Element): void {
    const href = node.getAttribute('href');
    node.removeAttribute('target');
    if (href === null) return;
    const link = mailLink(href, base);
    if (link.kind === 'web') {
      node.setAttribute('href', link.url);
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer');
    } else if (link.kind === 'nowhere') {
      node.removeAttribute('href');
      node.setAttribute('title', nowhere(href));
      node.setAttribute('role', 'link');
      node.setAttribute('data-nowhere', '');
      node.setAttribute('tabindex', '0');
    }
  }

  purifier.addHook('uponSanitizeElement', node => {
    // Relative links are resolved against it; the element itself is removed.
    if (node.nodeName === 'BASE' && base === '') base = (node as Element).getAttribute?.('href') ?? '';
    if (node.nodeName === 'STYLE') {
      sheets.push(withoutRemote(node.textContent ?? ''));
      node.textContent = '';
    }
    if (node.nodeType !== node.ELEMENT_NODE) return;
    const depth = 1 + (node.parentNode ? (depths.get(node.parentNode) ?? 0) : 0);
    depths.set(node, depth);
    size.depth = Math.max(size.depth, depth);
    size.elements++;
  });

  const body = purifier.sanitize(html, {
    USE_PROFILES: { html: true },
    FORCE_BODY: true,
    FORBID_TAGS: forbiddenTags,
    FORBID_ATTR: ['ping', 'formaction', 'autofocus', 'reversed'],
    ALLOW_DATA_ATTR: false,
    ADD_ATTR: ['target', 'data-dir'],
  });
  purifier.removeAllHooks();
  return { document: frameDocument(body, filterSheet(sheets.join('\n'), page, size)), remoteImages };
}

function frameDocument(body: string, style: string): string {
  return [
    '<!doctype html><html lang=""><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta http-equiv="x-dns-prefetch-control" content="off"><meta name="referrer" content="no-referrer">',
    `<style>${frameStyle}</style><style>${style.replaceAll('<', '\\3c ')}</style></head><body data-dir="auto">${body}</body></html>`,
  ].join('');
}
