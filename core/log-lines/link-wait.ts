// The last line of the report of a delivery into the Maildir of a link: by it a trace finds the message in the lines of the link.

/** @param file its name below new/ */
export function waitsForLink(link: string, file: string): string {
  return `Waits for link ${link} as new/${file}`;
}
