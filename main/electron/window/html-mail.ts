// HTML mail is shown by the page in a sandboxed srcdoc frame. The page sanitises it, the frame runs no scripts, its
// policy is inherited, the session has no network; this rule is the last one: such a frame stays where it is.

/** A frame inside the page may hold the document that the page gave it, or nothing. */
export function frameMayNavigate(url: string): boolean {
  return url === 'about:srcdoc' || url === 'about:blank';
}
