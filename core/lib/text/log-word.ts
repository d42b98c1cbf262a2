// What a client sent, as one word of a line in the session log.

/** Without anything that could end the line or the word, and not too long. */
export function logWord(text: string): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return shown.replace(/[^!-~]/g, char => (char === ' ' ? '_' : '?'));
}
