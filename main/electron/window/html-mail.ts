// Keeps the frame that shows HTML mail where it is. That is the last of several rules: the page sanitises the HTML, the frame is
// sandboxed and runs no scripts, and the session has no network.

/** A frame may contain the document that the page gave it, or nothing. */
export function frameMayNavigate(url: string): boolean {
  return url === 'about:srcdoc' || url === 'about:blank';
}
