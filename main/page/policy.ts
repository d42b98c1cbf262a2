// What the window's page may do: one policy for the desktop's own scheme and for the loopback web page.

const sources = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self' about:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** Headers of every response that contains a part of the page. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': sources.join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), display-capture=(), usb=(), serial=(), hid=()',
  'cache-control': 'no-cache',
};
