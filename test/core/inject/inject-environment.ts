// Where and when the vectors of qmail-inject and new-inject were made, and the fields that follow from it.
export const control = {
  defaultHost: 'dhost',
  defaultDomain: 'def.example',
  plusDomain: 'plus.example',
  idHost: 'id.example',
};
export const moment = { nowMs: Date.UTC(1995, 8, 26, 4, 46, 53), pid: 20487 };
export const date = 'Date: 26 Sep 1995 04:46:53 -0000\n';
export const messageId = 'Message-ID: <19950926044653.20487.qmail@id.example>\n';
export const from = 'From: joe@dhost.def.example\n';
export const hidden = 'Cc: recipient list not shown: ;\n';

/** How the program is called. */
export interface Call {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Lines of the file that QMAILMFTFILE names. */
  readonly lists?: readonly string[];
}
