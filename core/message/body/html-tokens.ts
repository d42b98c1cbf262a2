// HTML as a row of tokens: htmlparser2's tokenizer, for those who want to hear some of what it tells. Its parser would keep a
// list of open elements that costs the square of their depth.
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** Hears nothing. What extends it hears what it names; the tokenizer gives places in the HTML. */
export class TokenListener implements TokenizerCallbacks {
  onattribdata(_start: number, _end: number): void {}
  onattribend(_quote: unknown, _end: number): void {}
  onattribentity(_code: number): void {}
  onattribname(_start: number, _end: number): void {}
  oncdata(_start: number, _end: number, _endOffset: number): void {}
  onclosetag(_start: number, _end: number): void {}
  oncomment(_start: number, _end: number, _endOffset: number): void {}
  ondeclaration(_start: number, _end: number): void {}
  onend(): void {}
  onopentagend(_end: number): void {}
  onopentagname(_start: number, _end: number): void {}
  onprocessinginstruction(_start: number, _end: number): void {}
  onselfclosingtag(_end: number): void {}
  ontext(_start: number, _end: number): void {}
  ontextentity(_code: number, _end: number): void {}
}

/** @param begin gets a function that ends the reading early */
export function readTokens(html: string, listener: TokenListener, begin?: (stop: () => void) => void): void {
  const tokenizer = new Tokenizer({ decodeEntities: true }, listener);
  begin?.(() => tokenizer.pause());
  tokenizer.write(html);
  tokenizer.end();
}
