// Parses address lists in header fields (RFC 822 section 6) from right to left, as qmail-inject does: then phrases, groups and missing
// commas need no lookahead.
import { special, type Token } from './tokens.ts';

/** A list with rewritten addresses. */
export interface AddressList {
  /** The whole list in its written order, with phrases and comments, and with missing commas added. */
  readonly tokens: readonly Token[];
  /** The rewritten addresses from right to left: qmail-inject's envelope order. */
  readonly addresses: readonly (readonly Token[])[];
}

/** Rewrites one address, in its written order. */
export type RewriteAddress = (address: readonly Token[]) => readonly Token[];

/** Parses the tokens of a field value as an address list; undefined if they are not one. */
export function readAddressList(value: readonly Token[], rewrite: RewriteAddress): AddressList | undefined {
  const scan = new ListScan(value, rewrite);
  return scan.run() ? { tokens: scan.out.reverse(), addresses: scan.addresses } : undefined;
}

class ListScan {
  /** The output so far, last token first. */
  readonly out: Token[] = [];
  readonly addresses: (readonly Token[])[] = [];
  readonly #value: readonly Token[];
  readonly #rewrite: RewriteAddress;
  /** The address being collected, last token first. */
  #address: Token[] = [];
  #at: number;

  constructor(value: readonly Token[], rewrite: RewriteAddress) {
    this.#value = value;
    this.#rewrite = rewrite;
    this.#at = value.length - 1;
  }

  run(): boolean {
    let inGroup = false;
    // Whether a word may follow to the left without a comma: after `@`, `.`, `,` and the like, not after another word.
    let joins = true;
    for (let token = this.#peek(); token; token = this.#peek()) {
      switch (token.kind) {
        case ';':
          this.#endAddress(true);
          if (inGroup) return false;
          inGroup = true;
          joins = true;
          this.#keep();
          break;
        case ':':
          this.#endAddress(false);
          if (!inGroup) return false;
          inGroup = false;
          joins = true;
          this.#keepGroupName();
          break;
        case '>':
          this.#endAddress(true);
          if (!this.#bracketed()) return false;
          joins = false;
          break;
        case ',':
          this.#endAddress(false);
          joins = true;
          this.#keep();
          break;
        case 'comment':
          this.#keep();
          break;
        case 'atom':
        case 'quoted':
        case 'literal':
          if (!joins) this.#endAddress(true);
          joins = false;
          this.#collect();
          break;
        default:
          joins = true;
          this.#collect();
      }
    }
    // The end of a group without its name (`fred;`) is accepted, as in qmail.
    this.#endAddress(false);
    return true;
  }

  #peek(): Token | undefined {
    return this.#value[this.#at];
  }

  #keep(): void {
    this.out.push(this.#value[this.#at--] as Token);
  }

  #collect(): void {
    this.#address.push(this.#value[this.#at--] as Token);
  }

  #endAddress(comma: boolean): void {
    if (this.#address.length === 0) return;
    this.#finish();
    if (comma) this.out.push(special(','));
  }

  #finish(): void {
    const address = this.#rewrite(this.#address.reverse());
    this.#address = [];
    this.addresses.push(address);
    for (let i = address.length - 1; i >= 0; i--) this.out.push(address[i] as Token);
  }

  /** `phrase <address>`, beginning at its `>`; false if there is no `<`. The address may be empty. */
  #bracketed(): boolean {
    this.#keep();
    while (this.#peek() && this.#peek()?.kind !== '<') this.#collect();
    this.#finish();
    if (!this.#peek()) return false;
    this.#keep();
    while (isPhrasePart(this.#peek())) this.#keep();
    return true;
  }

  #keepGroupName(): void {
    while (this.#peek() && this.#peek()?.kind !== ',') this.#keep();
  }
}

function isPhrasePart(token: Token | undefined): boolean {
  return token !== undefined && ['comment', 'atom', 'quoted', '@', '.'].includes(token.kind);
}
