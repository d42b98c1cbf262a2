// Asks questions, line by line: on a terminal, or with the answers from a file or pipe.
import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

export interface Prompt {
  /**
   * The answer to a question, or `usual` for an empty line and at the end of the input.
   * @param complaint why an answer is not accepted: on a terminal the question is asked again
   * @throws UserError when an answer from a file is not accepted, or a person ends the prompt
   */
  ask(question: string, usual: string, complaint: (answer: string) => string | undefined): Promise<string>;
  /** An answer that is not shown while it is typed. @throws UserError as above */
  askSecret(question: string): Promise<string>;
  /** Whether a person answers, who can be asked again. */
  readonly isTyped: boolean;
  close(): void;
}

export function openPrompt({ stdin, stdout }: CommandIo): Prompt {
  const terminal = 'setRawMode' in stdin ? (stdin as ReadStream) : undefined;
  const isTyped = terminal?.isTTY === true;
  const reader = createInterface({ input: stdin });
  const answers = reader[Symbol.asyncIterator]();

  async function nextLine(): Promise<string | undefined> {
    const { value, done } = await answers.next();
    if (!done) return value.trim();
    if (isTyped) throw new UserError('Nothing was written.');
    return undefined;
  }

  /** The terminal then passes on every key, Ctrl-C too. */
  async function hiddenLine(tty: ReadStream): Promise<string> {
    const interrupted = (data: Buffer | string) => void (data.includes('\x03') && reader.close());
    tty.setRawMode(true).on('data', interrupted);
    try {
      return withoutErased((await nextLine()) ?? '');
    } finally {
      tty.setRawMode(false).off('data', interrupted);
      stdout.write('\n');
    }
  }

  return {
    isTyped,
    async askSecret(question) {
      stdout.write(`${question}: `);
      if (terminal && isTyped) return hiddenLine(terminal);
      const answer = (await nextLine()) ?? '';
      stdout.write('\n');
      return answer;
    },
    async ask(question, usual, complaint) {
      for (;;) {
        stdout.write(`${question} [${usual}]: `);
        const answer = (await nextLine()) || usual;
        if (!isTyped) stdout.write(`${answer}\n`);
        const wrong = complaint(answer);
        if (wrong === undefined) return answer;
        if (!isTyped) throw new UserError(`${wrong} Nothing was written.`, { exitCode: 100 });
        stdout.write(`${wrong}\n`);
      }
    },
    close: () => reader.close(),
  };
}

/** What the erase key has left of a line. */
function withoutErased(typed: string): string {
  let kept = '';
  for (const letter of typed) kept = letter === '\x7f' || letter === '\b' ? kept.slice(0, -1) : kept + letter;
  return kept;
}
