// The last line of the report of a delivery into the Maildir of a link: by it a trace finds the message in the lines of the link.

/** @param file its name below new/ */
export function waitsForLink(link: string, file: string): string {
  return `Waits for link ${link} as new/${file}`;
}

/** @param report a field of the log @returns the link, and its file as the lines of the link name it */
export function linkWaitIn(report: string): { readonly link: string; readonly file: string } | undefined {
  const [, link, file] = /Waits_for_link_([a-z0-9_]{1,32})_as_(new\/[^/]{1,255})\/$/.exec(report) ?? [];
  return link !== undefined && file !== undefined ? { link, file } : undefined;
}
