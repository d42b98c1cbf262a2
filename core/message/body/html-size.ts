// How large HTML is for a browser: how many tags it has, how deep its elements are within each other, and how many
// attributes one of them has.
import { Tokenizer } from 'htmlparser2';

export interface HtmlSize {
  readonly tags: number;
  readonly depth: number;
  /** Of the tag that has most. */
  readonly attributes: number;
}

const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));
/** They hold nothing. */
const empty = names('area base br col embed hr img input link meta source track wbr');
/** They end where the next one begins. */
const unclosed = names('caption colgroup dd dt li optgroup option p rp rt tbody td tfoot th thead tr');

/** One pass, whatever the HTML is; what browsers close or move by themselves is told roughly. */
export function measureHtml(html: string): HtmlSize {
  const open: string[] = [];
  const counts = new Map<string, number>();
  let tags = 0;
  let depth = 0;
  let attributes = 0;
  let ofThis = 0;

  function leave(length: number): void {
    while (open.length > length) {
      const name = open.pop() as string;
      counts.set(name, (counts.get(name) ?? 1) - 1);
    }
  }

  function enter(name: string): void {
    tags++;
    ofThis = 0;
    if (empty.has(name)) return;
    if (unclosed.has(name)) {
      for (let at = open.length - 1; at >= 0 && unclosed.has(open[at] as string); at--) {
        if (open[at] === name) leave(at);
      }
    }
    open.push(name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    depth = Math.max(depth, open.length);
  }

  const nothing = (): void => {};
  const nameAt = (start: number, end: number) => html.slice(start, Math.min(end, start + 20)).toLowerCase();
  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      onopentagname: (start, end) => enter(nameAt(start, end)),
      onclosetag(start, end) {
        tags++;
        const name = nameAt(start, end);
        if ((counts.get(name) ?? 0) > 0) leave(open.lastIndexOf(name));
      },
      onattribdata: nothing,
      onattribentity: nothing,
      onattribend: nothing,
      onattribname() {
        attributes = Math.max(attributes, ++ofThis);
      },
      oncdata: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onopentagend: nothing,
      onprocessinginstruction: nothing,
      onselfclosingtag: nothing,
      ontext: nothing,
      ontextentity: nothing,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return { tags, depth, attributes };
}
