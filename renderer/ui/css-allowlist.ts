// Filters the CSS of HTML mail: what stays is what a browser applies in bounded time, namely colours, spaces and sizes of text,
// tables and pictures. A few lines of other CSS (columns, counters, grids, filters, animations, sibling selectors) can keep a
// window busy for minutes, and it cannot stop them.

/** Longhand names: the browser has split the shorthands. */
const property =
  /^(?:(?:border|padding|margin|font|list-style|text-align|text-decoration|flex|justify|align|outline)-[a-z-]+|background-(?:attachment|clip|color|image|origin|position-[xy]|repeat|repeat-[xy]|size)|(?:min-|max-)?(?:width|height)|overflow-(?:x|y|wrap)|(?:row|column)-gap|(?:page-)?break-[a-z-]+|(?:letter|word)-spacing|text-(?:align|indent|overflow|transform|wrap|wrap-mode|wrap-style|size-adjust)|white-space(?:-collapse)?|box-sizing|caption-side|clear|color|direction|display|empty-cells|float|hyphens|line-height|object-fit|opacity|table-layout|unicode-bidi|vertical-align|visibility|word-break)$/;
const displays =
  /^(?:none|block|inline|inline-block|flow-root|list-item|flex|inline-flex|inline-table|table|table-[a-z-]+)$/;
/** The empty name is a group in a calculation. */
const functions: ReadonlySet<string> = new Set([
  '',
  ...'rgb rgba hsl hsla calc min max clamp url linear-gradient radial-gradient'.split(' '),
]);
const longestValue = 300;
const picture = /^url\("data:[^"]*"\)$/;

/** Names, classes, ids and simple attributes, and which is inside which. */
const selector =
  /^(?:[\w\s.#*>,-]|:(?:link|visited|hover|active|focus|first-child|last-child)(?![\w-])|\[[\w-]+(?:="[\w -]*")?\])+$/;

/** What the rules are matched against. */
export interface PageSize {
  readonly elements: number;
  /** Of the deepest element. */
  readonly depth: number;
}

/** How often an element may be compared with a part of a selector: about a second's work. */
const mostMatches = 20_000_000;

/** Removes from a style what is not allowed. */
export function filterStyle(style: CSSStyleDeclaration): void {
  for (const name of [...style]) {
    if (!isAllowed(name, style.getPropertyValue(name))) style.removeProperty(name);
  }
}

function isAllowed(name: string, value: string): boolean {
  if (!property.test(name)) return false;
  if (name === 'display') return displays.test(value);
  // Values in between would have to be blended with what is behind.
  if (name === 'opacity') return value === '0' || value === '1';
  if (value.length > longestValue) return picture.test(value);
  const called = value.split('(').slice(0, -1);
  return called.every(before => functions.has(before.split(/[^\w-]/).at(-1) ?? ''));
}

/** @returns the allowed rules of a style sheet, as many as the page's size permits */
export function filterSheet(
  css: string,
  { CSSStyleSheet, CSSStyleRule, CSSMediaRule }: typeof globalThis,
  page: PageSize,
): string {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  let left = mostMatches;

  function rulesIn(list: CSSRuleList, isInner: boolean): string {
    const kept: string[] = [];
    for (const rule of list) {
      if (rule instanceof CSSStyleRule) kept.push(ruleText(rule));
      else if (rule instanceof CSSMediaRule && !isInner) {
        kept.push(`@media ${rule.media.mediaText} {\n${rulesIn(rule.cssRules, true)}}\n`);
      }
    }
    return kept.join('');
  }

  function ruleText({ selectorText, style }: CSSStyleRule): string {
    if (left < 0 || !selector.test(selectorText)) return '';
    filterStyle(style);
    if (style.length === 0) return '';
    left -= matchesOf(selectorText, page);
    return left < 0 ? '' : `${selectorText} { ${style.cssText} }\n`;
  }

  return rulesIn(sheet.cssRules, false);
}

/** A selector with ancestors may be compared with all ancestors of an element. */
function matchesOf(selectorText: string, { elements, depth }: PageSize): number {
  return selectorText.split(',').reduce((sum, one) => sum + elements * (/[\s>]/.test(one.trim()) ? depth : 1), 0);
}
