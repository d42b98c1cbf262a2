// A long text in pieces, of which only those in sight are laid out: see textPieces.
import type { ComponentChildren } from 'preact';
import { textPieces } from './text-parts.ts';

interface TextPiecesProps {
  readonly words: string;
  /** How a piece is shown; default: as it is. */
  readonly show?: (piece: string) => ComponentChildren;
}

export function TextPieces({ words, show = piece => piece }: TextPiecesProps) {
  const pieces = textPieces(words);
  if (pieces.length === 1) return <>{show(words)}</>;
  return (
    <>
      {pieces.map((piece, index) => (
        <div key={index} class="piece">
          {show(piece)}
        </div>
      ))}
    </>
  );
}
