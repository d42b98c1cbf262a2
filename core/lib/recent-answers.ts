// Answers that count for a while, so that a question that many ask is put once. Simultaneous questions wait for the same answer.
import type { Clock } from './clock.ts';
import { keepNewest } from './keep-newest.ts';

interface Memory<Answer> {
  readonly clock: Clock;
  readonly forMs: number;
  /** How many answers are remembered. */
  readonly most: number;
  /** Whether an answer is remembered, once it is known. An exception never is. */
  readonly counts: (answer: Answer) => boolean;
}

/** @param ask its parameters have no spaces */
export function recentAnswers<Question extends readonly string[], Answer>(
  ask: (...question: Question) => Promise<Answer>,
  { clock, forMs, most, counts }: Memory<Answer>,
): (...question: Question) => Promise<Answer> {
  const recent = new Map<string, { readonly atMs: number; readonly answer: Promise<Answer> }>();

  async function askAnew(key: string, question: Question): Promise<Answer> {
    let isKept = false;
    try {
      const answer = await ask(...question);
      isKept = counts(answer);
      return answer;
    } finally {
      if (!isKept) recent.delete(key);
    }
  }

  return (...question) => {
    const key = question.join(' ');
    const atMs = clock.nowMs();
    const known = recent.get(key);
    if (known && Math.abs(atMs - known.atMs) < forMs) return known.answer;
    const answer = askAnew(key, question);
    keepNewest(recent, key, { atMs, answer }, most);
    return answer;
  };
}
