// Replaces cid: references (RFC 2392) in HTML by data: URLs of the images in the message, so that the frame that shows it need
// not load anything.
import type { MimePart } from './parts.ts';

// A short message may show one big image a thousand times: beyond this limit a reference stays as it is.
const maxInlinedLength = 16 * 1024 * 1024;

/** What the window shows (renderer/ui/data-pictures.ts). */
const pictures = /^image\/(?:png|jpe?g|gif|webp)$/;

const reference = /(["'=(\s])cid:([^"'\s<>()]{1,500})/gi;

/** @returns the HTML and the numbers of the parts that it shows */
export function inlineImages(html: string, parts: readonly MimePart[]): { html: string; used: ReadonlySet<number> } {
  const used = new Set<number>();
  const urls = new Map<number, string>();
  const byId = new Map<string, number>();
  for (const [number, part] of parts.entries()) {
    if (part.contentId !== '' && pictures.test(part.type) && !byId.has(part.contentId)) {
      byId.set(part.contentId, number);
    }
  }
  if (byId.size === 0) return { html, used };
  let left = maxInlinedLength;
  const shown = html.replace(reference, (whole, before: string, id: string) => {
    const number = byId.get(decodeId(id));
    const part = number === undefined ? undefined : parts[number];
    if (number === undefined || !part || part.bytes.length * 1.4 > left) return whole;
    const url = urls.get(number) ?? dataUrl(part);
    urls.set(number, url);
    left -= url.length;
    if (left < 0) return whole;
    used.add(number);
    return before + url;
  });
  return { html: shown, used };
}

function dataUrl(part: MimePart): string {
  return `data:${part.type};base64,${Buffer.from(part.bytes).toString('base64')}`;
}

function decodeId(id: string): string {
  const plain = id.replaceAll('&amp;', '&');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
