// JSON of clients. A few megabytes of brackets become millions of values, and reading them would hold up all others for minutes;
// long strings do not: they are passed over here.

const mostValues = 100_000;
const mostLevels = 64;

const quote = 0x22;
const comma = 0x2c;
const [openList, closeList] = [0x5b, 0x5d];
const [openObject, closeObject] = [0x7b, 0x7d];

/** `JSON.parse`. @throws Error also when there are too many values in it, or they are nested too deeply */
export function parseModestJson(text: string): unknown {
  if (!isModest(text)) throw new Error('too many values, or nested too deeply');
  return JSON.parse(text);
}

function isModest(text: string): boolean {
  let [values, level] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) {
      at = endOfString(text, at);
      if (at < 0) return true; // It is not JSON, and ends here.
    } else if (char === openList || char === openObject) {
      level++;
      values++;
    } else if (char === closeList || char === closeObject) level--;
    else if (char === comma) values++;
    if (values > mostValues || level > mostLevels) return false;
  }
  return true;
}

/** Where the quote is that ends a string; -1: there is none. Before it there is an even number of backslashes. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let before = end - 1;
    while (text[before] === '\\') before--;
    if ((end - 1 - before) % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}
