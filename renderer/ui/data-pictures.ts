// Which pictures of HTML mail may be shown: those in the message itself (data: URLs, RFC 2397), of kinds that a browser draws
// in bounded time, and no more of them than it has memory for.
import { pixelsOf } from './picture-size.ts';

/** A photograph of a good camera. */
const mostPixels = 60_000_000;
const mostInAll = 200_000_000;
/** How much of a picture is read to find its size: a profile and a thumbnail may come before it. */
const headLengths = [4096, 1024 * 1024];

/** No SVG: a kilobyte of it may take a browser hours to draw. */
const dataUrl = /^\s*data:image\/(?:png|jpe?g|gif|webp);base64,/i;
const base64 = /^[\w+/=\s]*$/;

/** @returns whether the picture of an address may be shown; it counts those of one message */
export function createPictureGate(): (url: string) => boolean {
  let inAll = 0;
  return url => {
    const start = dataUrl.exec(url)?.[0].length;
    if (start === undefined) return false;
    const pixels = pixelsBehind(url, start);
    if (pixels === undefined || pixels > mostPixels || inAll + pixels > mostInAll) return false;
    inAll += pixels;
    return true;
  };
}

function pixelsBehind(url: string, start: number): number | undefined {
  for (const length of headLengths) {
    const head = url.slice(start, start + length);
    // Percent signs, and what is not base64, could be decoded in another way by the browser.
    if (!base64.test(head)) return undefined;
    const pixels = pixelsOf(decoded(head));
    if (pixels !== undefined || head.length < length) return pixels;
  }
  return undefined;
}

function decoded(text: string): Uint8Array {
  const letters = text.replace(/[\s=]/g, '');
  const raw = atob(letters.slice(0, letters.length - (letters.length % 4 === 1 ? 1 : 0)));
  return Uint8Array.from(raw, char => char.charCodeAt(0));
}
