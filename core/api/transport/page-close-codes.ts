// The codes with which the host closes the connection of a page that it does not admit.

/** Why the host closed a page's line before it was up (RFC 6455 leaves 4000 to 4999 to applications). */
export const pageCloseCodes = { session: 4401, key: 4403, late: 4408 } as const;
