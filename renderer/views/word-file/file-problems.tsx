// What the host finds wrong with a word file. A problem in a line leads to that line.
import type { WordEditor } from '../../models/word-file/word-editor.ts';
import { text } from '../../text/en.ts';

interface FileProblemsProps {
  readonly id: string;
  readonly editor: WordEditor<never>;
  /** Shows a line, from 1. */
  readonly select: (line: number) => void;
}

export function FileProblems({ id, editor, select }: FileProblemsProps) {
  const words = text.wordFile;
  const problems = editor.problems.value;
  return (
    <div id={id} class="word-problems" role="status">
      {problems.length === 0 && editor.current.value.trim() !== '' && !editor.checking.value && (
        <p class="good">{words.noProblems}</p>
      )}
      {problems.length > 0 && (
        <ul aria-label={words.problems}>
          {problems.map(({ line, text: what }, index) => (
            <li key={index}>
              {line === null ? (
                <b>{words.whole}</b>
              ) : (
                <button type="button" class="link" onClick={() => select(line)}>
                  {words.line(line)}
                </button>
              )}{' '}
              {what}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
