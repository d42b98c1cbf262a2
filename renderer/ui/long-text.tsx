// Shows a long text in chunks, of which the browser lays out only those on screen.
import type { ComponentChildren } from 'preact';
import { textChunks } from './text-chunks.ts';

interface LongTextProps {
  readonly words: string;
  /** How a piece is shown; default: as it is. */
  readonly show?: (piece: string) => ComponentChildren;
}

export function LongText({ words, show = piece => piece }: LongTextProps) {
  const pieces = textChunks(words);
  if (pieces.length === 1) return <>{show(words)}</>;
  return (
    <>
      {pieces.map((piece, index) => (
        <div key={index} class="chunk">
          {show(piece)}
        </div>
      ))}
    </>
  );
}
