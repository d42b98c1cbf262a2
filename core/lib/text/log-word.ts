// What strangers wrote, made fit for one line of the session log.
/** What a client sent, for a log line: nothing that could end the line or fill it. */
export function logWord(text: string): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return shown.replace(/[^!-~]/g, char => (char === ' ' ? '_' : '?'));
}
