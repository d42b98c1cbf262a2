// Splits HTML into tokens with htmlparser2's tokenizer. Its parser is not used, because its list of open elements takes time that is
// quadratic in their depth.
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

/** Ignores all tokens. Subclasses override the methods that they need; positions are offsets in the HTML. */
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

/** @param begin gets a function that stops the tokenizer early */
export function readTokens(html: string, listener: TokenListener, begin?: (stop: () => void) => void): void {
  const tokenizer = new Tokenizer({ decodeEntities: true }, listener);
  begin?.(() => tokenizer.pause());
  tokenizer.write(html);
  tokenizer.end();
}
