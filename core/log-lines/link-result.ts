// The lines in the delivery log about one message that waits for a link, in the words of maildirserial:
// `status: link sat: info: new/1700000000.5.host succeeded: mail.example accepted message`.

export interface LinkResult {
  readonly link: string;
  /** `new/` and the name of its file. */
  readonly file: string;
  readonly result: 'sent' | 'deferral' | 'returned' | 'dropped';
  readonly said: string;
}

const results: Readonly<Record<string, LinkResult['result']>> = {
  succeeded: 'sent',
  'failed temporarily': 'deferral',
  bounced: 'returned',
  dropped: 'dropped',
};

/** @param line without its stamp @returns undefined for any other line */
export function parseLinkResult(line: string): LinkResult | undefined {
  const start = 'status: link ';
  if (!line.startsWith(start)) return undefined;
  const [link = '', kind = '', ...rest] = line.slice(start.length).split(': ');
  const [, file, word = ''] = /^(\S+) (.*)$/.exec(rest[0] ?? '') ?? [];
  const result = Object.hasOwn(results, word) ? results[word] : undefined;
  if (kind !== 'info' || file === undefined || result === undefined) return undefined;
  return { link, file, result, said: rest.slice(1).join(': ') };
}
