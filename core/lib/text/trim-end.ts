// Removes characters from the end of a text in linear time. An expression such as / +$/ starts again at every blank of a run
// that something follows, so its time grows with the square of the run.

/** `text` without the characters at its end that are among `characters`. */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
