// Decodes format=flowed (RFC 3676 sections 4.2 to 4.5): joins softly broken lines into paragraphs.

/** The line above a signature, stuffed or not. */
const signatureMark = /^ ?-- $/;

/**
 * Quote marks are removed from each line before lines are joined, and added before the paragraph afterwards. A line of another depth
 * and the signature mark end a paragraph.
 * @param text with LF line ends @param delSp whether the blank of a soft break is deleted
 */
export function decodeFlowed(text: string, delSp: boolean): string {
  const paragraphs: string[] = [];
  let pieces: string[] = [];
  let depth = 0;
  const end = () => {
    // A blank at the end of the last line means nothing: the paragraph was cut off there.
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

/** Removes a stuffed blank, unless the text would then look quoted. @param begins whether it begins a line */
function unstuffed(body: string, begins: boolean): string {
  return body.startsWith(' ') && !(begins && body[1] === '>') ? body.slice(1) : body;
}

function quoted(depth: number, body: string): string {
  return depth === 0 ? body : `${'>'.repeat(depth)}${body === '' ? '' : ` ${body}`}`;
}
