// qmail-queue's exit codes and the texts that injectors derive from them (spec: qmail-queue(8), qmail.c's qmail_close).
import type { Refused } from '../paper-path/shapes.ts';

const texts: Readonly<Record<number, string>> = {
  11: 'envelope address too long for qq (#5.1.3)',
  31: 'mail server permanently rejected message (#5.3.0)',
  51: 'qq out of memory (#4.3.0)',
  52: 'qq timeout (#4.3.0)',
  53: 'qq write error or disk full (#4.3.0)',
  54: 'qq read error (#4.3.0)',
  55: 'qq unable to read configuration (#4.3.0)',
  56: 'qq trouble making network connection (#4.3.0)',
  61: 'qq trouble in home directory (#4.3.0)',
  71: 'mail server temporarily rejected message (#4.3.0)',
  72: 'connection to mail server timed out (#4.4.1)',
  73: 'connection to mail server rejected (#4.4.1)',
  74: 'communication with mail server failed (#4.4.2)',
  81: 'qq internal bug (#4.3.0)',
  91: 'qq internal bug (#4.3.0)',
  115: 'envelope address too long for qq (#5.1.3)',
  120: 'unable to exec qq (#4.3.0)',
};

/** The refusal for an exit code. */
export function refusal(code: number): Refused {
  return { ok: false, code, permanent: isPermanent(code), text: texts[code] ?? generalText(code) };
}

function isPermanent(code: number): boolean {
  return (code >= 11 && code <= 40) || code === 115;
}

function generalText(code: number): string {
  if (isPermanent(code)) return 'qq permanent problem (#5.3.0)';
  if (code >= 62 && code <= 66) return 'qq trouble creating files in queue (#4.3.0)';
  return 'qq temporary problem (#4.3.0)';
}
