// Takes characters off the end of a text, looking at each once. An expression such as / +$/ begins anew at every blank of
// a run that something follows: its time grows with the square of the run.

/** `text` without the characters at its end that are among `characters`. */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
