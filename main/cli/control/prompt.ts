// Asks questions, line by line: on a terminal, or with the answers from a file or pipe.
import { createInterface } from 'node:readline';
import { UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

export interface Prompt {
  /**
   * The answer to a question, or `usual` for an empty line and at the end of the input.
   * @param complaint why an answer is not accepted: on a terminal the question is asked again
   * @throws UserError when an answer from a file is not accepted, or a person ends the prompt
   */
  ask(question: string, usual: string, complaint: (answer: string) => string | undefined): Promise<string>;
  close(): void;
}

export function openPrompt({ stdin, stdout }: CommandIo): Prompt {
  const isTyped = (stdin as { isTTY?: boolean }).isTTY === true;
  const reader = createInterface({ input: stdin });
  const answers = reader[Symbol.asyncIterator]();

  async function nextLine(): Promise<string | undefined> {
    const { value, done } = await answers.next();
    if (!done) return value.trim();
    if (isTyped) throw new UserError('Nothing was written.');
    return undefined;
  }

  return {
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
