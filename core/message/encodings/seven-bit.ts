// Converts two 7-bit charsets that our libraries do not support, HZ (RFC 1843) and ISO-2022-KR (RFC 1557), to the equivalent 8-bit
// charsets.

const LF = 0x0a;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const ESC = 0x1b;
const TILDE = 0x7e;

/** HZ to GBK: `~{` begins Chinese and `~}` ends it, `~~` is a tilde, `~` at the end of a line is removed. */
export function eucOfHz(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let filled = 0;
  let chinese = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    const next = bytes[at + 1];
    if (byte === LF) chinese = false;
    if (byte === TILDE && (next === 0x7b || next === 0x7d || next === LF || (next === TILDE && !chinese))) {
      at++;
      if (next === TILDE) out[filled++] = TILDE;
      else chinese = next === 0x7b;
    } else out[filled++] = chinese && byte > 0x20 ? byte | 0x80 : byte;
  }
  return out.subarray(0, filled);
}

/** ISO-2022-KR to EUC-KR: SO begins Korean, SI ends it; the designation ESC $ ) C is removed. */
export function eucOfIso2022Kr(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let filled = 0;
  let korean = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === LF) korean = false;
    if (byte === ESC && bytes[at + 1] === 0x24 && bytes[at + 2] === 0x29) at += 3;
    else if (byte === SHIFT_OUT || byte === SHIFT_IN) korean = byte === SHIFT_OUT;
    else out[filled++] = korean && byte > 0x20 ? byte | 0x80 : byte;
  }
  return out.subarray(0, filled);
}
