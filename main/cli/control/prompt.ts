// Questions and answers, line by line: on a terminal, or from a file or pipe that holds the answers.
import { createInterface } from 'node:readline';
import { UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

/** Somebody who answers. */
export interface Prompt {
  /**
   * The answer to a question, or `usual` for an empty line and where no more answers come.
   * @param complaint why an answer cannot be taken: a person is asked again
   * @throws UserError when an answer that was not typed cannot be taken, or a person ends the prompt
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
