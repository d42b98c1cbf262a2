// Shows plain text with its quotes, signature and links.
import { copiedText } from '../../ui/copied-text.ts';
import { LongText } from '../../ui/long-text.tsx';
import { textBlocks } from '../../ui/text-blocks.ts';
import { splitLinks } from '../../ui/text-links.ts';

interface TextBodyProps {
  readonly words: string;
  /** In a fixed-width font: for tables and drawings. */
  readonly fixed: boolean;
  readonly onMailto: (url: string) => void;
}

/** Of a longer text the browser lays out only the blocks on screen. */
const longText = 8000;

export function TextBody({ words, fixed, onMailto }: TextBodyProps) {
  return (
    <div
      class={`text-body${fixed ? ' fixed' : ''}${words.length > longText ? ' long' : ''}`}
      onCopy={event => copy(event)}
    >
      {textBlocks(words).map((block, index) => (
        <div
          key={index}
          dir="auto"
          data-quoted={block.depth > 0 ? block.depth : undefined}
          class={block.signature ? 'signature' : block.depth > 0 ? `quote q${Math.min(block.depth, 3)}` : ''}
        >
          <LongText words={block.text} show={piece => <Linked words={piece} onMailto={onMailto} />} />
        </div>
      ))}
    </div>
  );
}

/** Copied quotes have `>` again, which the screen shows as bars. */
function copy(event: ClipboardEvent & { currentTarget: HTMLElement }): void {
  const selection = document.getSelection();
  const words = selection && copiedText(selection, event.currentTarget);
  if (words === undefined || words === null) return;
  event.clipboardData?.setData('text/plain', words);
  event.preventDefault();
}

function Linked({ words, onMailto }: { words: string; onMailto: (url: string) => void }) {
  return (
    <>
      {splitLinks(words).map(part => {
        if (part.kind === 'plain') return part.text;
        if (!part.url.toLowerCase().startsWith('mailto:')) {
          return (
            <a href={part.url} target="_blank" rel="noopener noreferrer">
              {part.text}
            </a>
          );
        }
        return (
          <a
            href={part.url}
            onClick={event => {
              event.preventDefault();
              onMailto(part.url);
            }}
          >
            {part.text}
          </a>
        );
      })}
    </>
  );
}
