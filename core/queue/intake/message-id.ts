// Finds the Message-ID of a message whose beginning is in memory, for the log.

/** How far it is looked for: no program writes it further down. */
export const lookedAtBytes = 8192;
const field = /\nmessage-id:[ \t\r\n]*(<[^\s<>]{1,900}>)/i;

/** @param raw the message from its first line on, which is never that field @returns the id with its brackets, a byte string */
export function messageIdIn(raw: Uint8Array): string | undefined {
  const start = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.length, lookedAtBytes)).toString('latin1');
  const end = start.indexOf('\n\n');
  return field.exec(end < 0 ? start : start.slice(0, end))?.[1];
}
