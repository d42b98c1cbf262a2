// A list of links or of accounts, each with its state, and the form for a new one.
import type { ComponentChildren } from 'preact';
import { text } from '../../text/en.ts';
import { NewName } from '../new-name.tsx';

export interface NamedRow {
  readonly name: string;
  readonly isCurrent: boolean;
  /** A word on a coloured chip. */
  readonly mark: { readonly tone: string; readonly words: string };
  /** Its file was edited, and not saved. */
  readonly isEdited: boolean;
  /** The second line. */
  readonly more: ComponentChildren;
}

interface NameListProps {
  readonly title: string;
  readonly rows: readonly NamedRow[];
  readonly choose: (name: string) => void;
  readonly make: {
    readonly id: string;
    readonly button: string;
    readonly label: string;
    readonly hint: string;
    readonly go: string;
    /** @returns what is wrong with the name, if anything */
    readonly add: (name: string) => string | undefined;
  };
}

export function NameList({ title, rows, choose, make }: NameListProps) {
  const { changed } = text.wordFile.state;
  return (
    <>
      <h2>{title}</h2>
      <ul>
        {rows.map(({ name, isCurrent, mark, isEdited, more }) => (
          <li key={name}>
            <button type="button" aria-current={isCurrent ? 'true' : undefined} onClick={() => choose(name)}>
              <span class="mono">{name}</span>
              <span class={`chip ${mark.tone}`}>{mark.words}</span>
              {isEdited && (
                <span class="dot" title={changed}>
                  <span class="unseen">, {changed}</span>
                </span>
              )}
              {more && <small>{more}</small>}
            </button>
          </li>
        ))}
      </ul>
      <NewName {...make} />
    </>
  );
}
