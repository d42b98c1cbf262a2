// Asks what happens to a word file that another program wrote after it was read here.
import type { WordEditor } from '../../models/word-file/word-editor.ts';
import { text } from '../../text/en.ts';
import { Button } from '../../ui/button.tsx';

export function FileConflict({ editor }: { editor: WordEditor<never> }) {
  const words = text.wordFile;
  return (
    <div class="callout" role="alert">
      <p>
        <b>{words.staleTitle}.</b> {words.stale}
      </p>
      <Button onClick={() => editor.loadTheirs()}>{words.loadTheirs}</Button>
      <Button onClick={() => void editor.keepMine()}>{words.keepMine}</Button>
    </div>
  );
}
