// Finds the addresses in a style sheet as a browser does (CSS Syntax Level 3): in url(), image-set("…") and @import, with escapes,
// closed or not. Pure, and linear in its length.

/** Functions whose strings are addresses. */
const withAddresses = new Set(['image-set', '-webkit-image-set', 'image', 'src', 'cross-fade', '-webkit-cross-fade']);

/** A string that is a remote address wherever it is: a variable may carry it to a place where it is loaded. */
const elsewhere = /^\s*(?:https?:)?\/\/[^\s/]/i;

/**
 * Removes each address that must not stay, with its @import.
 * @param stays gets the address as a browser would read it
 */
export function replaceUrls(css: string, stays: (url: string) => boolean): string {
  return new Sheet(css, stays).cleaned();
}

class Sheet {
  readonly #css: string;
  readonly #stays: (url: string) => boolean;
  readonly #out: string[] = [];
  /** The functions and brackets that are open. */
  readonly #open: string[] = [];
  #at = 0;

  constructor(css: string, stays: (url: string) => boolean) {
    this.#css = css;
    this.#stays = stays;
  }

  cleaned(): string {
    while (this.#at < this.#css.length) this.#take();
    return this.#out.join('');
  }

  #take(): void {
    const css = this.#css;
    const from = this.#at;
    const char = css.charAt(from);
    if (css.startsWith('/*', from)) {
      const end = css.indexOf('*/', from + 2);
      this.#at = end < 0 ? css.length : end + 2;
      this.#out.push(' ');
    } else if (char === '"' || char === "'") {
      const text = this.#string();
      const isAddress = withAddresses.has(this.#open.at(-1) ?? '') || elsewhere.test(text);
      this.#out.push(isAddress && !this.#stays(text) ? '""' : css.slice(from, this.#at));
    } else if (char === '@') {
      this.#at++;
      if (this.#name() === 'import') this.#import();
      else this.#out.push(css.slice(from, this.#at));
    } else if (isNameChar(css, from)) this.#word(from);
    else {
      this.#at++;
      if (char === '(') this.#open.push('');
      else if (char === ')') this.#open.pop();
      this.#out.push(char);
    }
  }

  /** A name, a number with its unit, or a function. */
  #word(from: number): void {
    const name = this.#name();
    if (this.#css.charAt(this.#at) !== '(') {
      this.#out.push(this.#css.slice(from, this.#at));
      return;
    }
    this.#at++;
    if (name !== 'url') {
      this.#open.push(name);
      this.#out.push(this.#css.slice(from, this.#at));
      return;
    }
    const url = this.#address();
    this.#out.push(
      this.#stays(url) && this.#css.charAt(this.#at - 1) === ')' ? this.#css.slice(from, this.#at) : 'none',
    );
  }

  /** The address in `url(`; if it is not closed, it reaches to the end, as in browsers. */
  #address(): string {
    const css = this.#css;
    while (isBlank(css.charAt(this.#at))) this.#at++;
    const char = css.charAt(this.#at);
    const quoted = char === '"' || char === "'" ? this.#string() : undefined;
    const rest: string[] = [];
    while (this.#at < css.length && css.charAt(this.#at) !== ')') rest.push(this.#character());
    this.#at = Math.min(css.length, this.#at + 1);
    return quoted ?? rest.join('').trim();
  }

  /** Up to its quote, the end of its line, or the end. */
  #string(): string {
    const css = this.#css;
    const quote = css.charAt(this.#at++);
    const text: string[] = [];
    while (this.#at < css.length) {
      const char = css.charAt(this.#at);
      if (char === quote) {
        this.#at++;
        break;
      }
      if (/[\n\r\f]/.test(char)) break;
      text.push(this.#character());
    }
    return text.join('');
  }

  /** Skips to the end of an @import. */
  #import(): void {
    const css = this.#css;
    let url: string | undefined;
    while (this.#at < css.length) {
      const char = css.charAt(this.#at);
      if (char === '"' || char === "'") {
        const text = this.#string(); // Read in any case: it has to be passed.
        url ??= text;
      } else if (isNameChar(css, this.#at)) {
        const name = this.#name();
        if (css.charAt(this.#at) !== '(') continue;
        this.#at++;
        if (name !== 'url') continue;
        const address = this.#address();
        url ??= address;
      } else {
        this.#at++;
        if (char === ';' || char === '{' || char === '}') break;
      }
    }
    if (url !== undefined) this.#stays(url);
  }

  /** In lower case, without escapes. */
  #name(): string {
    const name: string[] = [];
    while (isNameChar(this.#css, this.#at)) name.push(this.#character());
    return name.join('').toLowerCase();
  }

  /** The next character, or what an escape stands for. */
  #character(): string {
    const css = this.#css;
    const char = css.charAt(this.#at++);
    if (char !== '\\') return char;
    let code = '';
    while (code.length < 6 && /[0-9a-f]/i.test(css.charAt(this.#at))) code += css.charAt(this.#at++);
    if (code === '') {
      const next = css.charAt(this.#at++);
      return /[\n\r\f]/.test(next) ? '' : next;
    }
    if (css.startsWith('\r\n', this.#at)) this.#at += 2;
    else if (isBlank(css.charAt(this.#at))) this.#at++;
    const point = Number.parseInt(code, 16);
    return point === 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)
      ? '\ufffd'
      : String.fromCodePoint(point);
  }
}

function isBlank(char: string): boolean {
  return char !== '' && ' \t\n\r\f'.includes(char);
}

function isNameChar(css: string, at: number): boolean {
  const char = css.charAt(at);
  if (char === '\\') return at + 1 < css.length && !/[\n\r\f]/.test(css.charAt(at + 1));
  return char !== '' && /[-\w\u0080-\uffff]/.test(char);
}
