// The lines of a mailbox's state (fetch/NAME/…): one event each, appended as it happens; README.md has the table of the states.

/** What is known of a message at the server. */
export type Known =
  /** It is in the queue here, or was delivered; `digest`: of its Message-ID, `-` when it has none. */
  | { readonly kind: 'here'; readonly sizeBytes: number; readonly atMs: number; readonly digest: string }
  /** It stays there, and its recipient was told why. */
  | { readonly kind: 'left'; readonly sizeBytes: number; readonly why: LeftBecause };

const reasons = ['large', 'looping', 'refused', 'unreadable'] as const;

/**
 * `large`: of more than max-bytes; `looping`: it was here before; `refused`: the queue refuses it permanently; `unreadable`: the
 * server lists it, and does not give it.
 */
export type LeftBecause = (typeof reasons)[number];

/** One line. UIDs have no blanks: POP3's are printable ASCII (RFC 1939 section 7), IMAP's are numbers. */
export type StateLine =
  | { readonly type: 'validity'; readonly validity: string }
  | { readonly type: 'begun'; readonly uid: string; readonly token: string; readonly sizeBytes: number }
  | { readonly type: 'here'; readonly uid: string; readonly known: Known & { kind: 'here' } }
  | { readonly type: 'left'; readonly uid: string; readonly known: Known & { kind: 'left' } }
  /** It is gone there, or was never begun. */
  | { readonly type: 'gone'; readonly uid: string }
  /** IMAP: all messages with this UID or a lower one were seen. */
  | { readonly type: 'upto'; readonly uid: string }
  /** A message that was fetched before the server numbered its messages anew. */
  | { readonly type: 'old'; readonly digest: string; readonly sizeBytes: number };

export function formatStateLine(line: StateLine): string {
  switch (line.type) {
    case 'validity':
      return `validity ${line.validity}\n`;
    case 'begun':
      return `begun ${line.uid} ${line.token} ${line.sizeBytes}\n`;
    case 'here': {
      const { sizeBytes, atMs, digest } = line.known;
      return `here ${line.uid} ${sizeBytes} ${atMs} ${digest}\n`;
    }
    case 'left':
      return `left ${line.uid} ${line.known.sizeBytes} ${line.known.why}\n`;
    case 'gone':
      return `gone ${line.uid}\n`;
    case 'upto':
      return `upto ${line.uid}\n`;
    case 'old':
      return `old ${line.digest} ${line.sizeBytes}\n`;
  }
}

/** @returns undefined: it is not such a line, perhaps the last one before a crash */
export function parseStateLine(text: string): StateLine | undefined {
  const [type = '', first = '', ...rest] = text.split(' ');
  if (first === '') return undefined;
  const [second = '', third = '', fourth = ''] = rest;
  switch (`${type} ${rest.length}`) {
    case 'validity 0':
      return { type: 'validity', validity: first };
    case 'begun 2': {
      const sizeBytes = numberOf(third);
      return sizeBytes === undefined ? undefined : { type: 'begun', uid: first, token: second, sizeBytes };
    }
    case 'here 3': {
      const [sizeBytes, atMs] = [numberOf(second), numberOf(third)];
      if (sizeBytes === undefined || atMs === undefined || fourth === '') return undefined;
      return { type: 'here', uid: first, known: { kind: 'here', sizeBytes, atMs, digest: fourth } };
    }
    case 'left 2': {
      const sizeBytes = numberOf(second);
      if (sizeBytes === undefined || !isReason(third)) return undefined;
      return { type: 'left', uid: first, known: { kind: 'left', sizeBytes, why: third } };
    }
    case 'gone 0':
      return { type: 'gone', uid: first };
    case 'upto 0':
      return { type: 'upto', uid: first };
    case 'old 1': {
      const sizeBytes = numberOf(second);
      return sizeBytes === undefined ? undefined : { type: 'old', digest: first, sizeBytes };
    }
  }
  return undefined;
}

function numberOf(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function isReason(text: string): text is LeftBecause {
  return reasons.some(reason => reason === text);
}

const longestUid = 70;

/** RFC 1939 section 7: 1 to 70 characters from 0x21 to 0x7E. */
export function isUid(text: string): boolean {
  return text.length <= longestUid && /^[!-~]+$/.test(text);
}
