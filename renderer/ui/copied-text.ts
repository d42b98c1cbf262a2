// Text that is copied from a message, with `>` before quoted lines, which the screen shows as bars.

/** Elements with quoted lines say how deep they are: `data-quoted="2"`. */
const quoted = '[data-quoted]';

/**
 * The text of what is selected within `area`, its quoted lines marked; undefined when the browser's own copy is right:
 * it contains no quote, is part of one line, or goes beyond the area.
 */
export function copiedText(selection: Selection, area: Element): string | undefined {
  if (selection.rangeCount !== 1 || selection.isCollapsed) return undefined;
  const range = selection.getRangeAt(0);
  if (!area.contains(range.commonAncestorContainer)) return undefined;
  const blocks = [...area.children].filter(block => range.intersectsNode(block));
  if (!blocks.some(block => block.matches(quoted))) return undefined;
  const pieces = blocks.map(block => ({
    depth: Number(block.getAttribute('data-quoted') ?? 0),
    text: within(range, block),
  }));
  if (pieces.length === 1 && !pieces[0]?.text.includes('\n')) return undefined;
  return pieces.map(({ depth, text }) => marked(text, depth)).join('\n');
}

/** The part of the range that is in the block. */
function within(range: Range, block: Element): string {
  const part = range.cloneRange();
  if (!block.contains(part.startContainer)) part.setStart(block, 0);
  if (!block.contains(part.endContainer)) part.setEnd(block, block.childNodes.length);
  return part.toString();
}

function marked(text: string, depth: number): string {
  if (depth === 0) return text;
  const marks = `${'>'.repeat(depth)} `;
  return text
    .split('\n')
    .map(line => (line === '' ? marks.trimEnd() : marks + line))
    .join('\n');
}
