// Reads format=flowed (RFC 3676 sections 4.2 to 4.5): lines that were broken softly become paragraphs again.

/** The line above a signature, stuffed or not. */
const signatureMark = /^ ?-- $/;

/**
 * Quote marks are taken off each line before lines are joined, and stand in front of the paragraph afterwards; lines of
 * another depth and the signature's mark end a paragraph.
 * @param text LF line ends @param delSp whether the blank of a soft break goes
 */
export function decodeFlowed(text: string, delSp: boolean): string {
  const paragraphs: string[] = [];
  let pieces: string[] = [];
  let depth = 0;
  const end = () => {
    // A paragraph that ends with a soft break was cut: the blank there says nothing.
    const body = pieces.join('');
    if (pieces.length > 0) paragraphs.push(quoted(depth, body));
    pieces = [];
  };
  for (const line of text.split('\n')) {
    const own = depthOf(line);
    const isMark = signatureMark.test(line.slice(own));
    if (pieces.length > 0 && (own !== depth || isMark)) {
      pieces.push((pieces.pop() ?? '').replace(/ $/, ''));
      end();
    }
    depth = own;
    const body = unstuffed(line.slice(own), own === 0 && pieces.length === 0);
    const isSoft = body.endsWith(' ') && !isMark;
    pieces.push(isSoft && delSp ? body.slice(0, -1) : body);
    if (!isSoft) end();
  }
  end();
  return paragraphs.join('\n');
}

function depthOf(line: string): number {
  let depth = 0;
  while (line[depth] === '>') depth++;
  return depth;
}

/** Without the blank that was put in front. What would then look quoted keeps it. @param begins whether it begins a line */
function unstuffed(body: string, begins: boolean): string {
  return body.startsWith(' ') && !(begins && body[1] === '>') ? body.slice(1) : body;
}

function quoted(depth: number, body: string): string {
  return depth === 0 ? body : `${'>'.repeat(depth)}${body === '' ? '' : ` ${body}`}`;
}
