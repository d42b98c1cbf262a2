// What would happen to mail for an address that a link carries: for which link it waits, and until when.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Explained } from '../api/explain.ts';
import type { Control } from '../control/control.ts';
import { withoutLinkPrefix } from '../control/links/link.ts';
import { linksDirectory, readLinks } from '../control/links/read-links.ts';
import { windowWords } from '../control/links/window-words.ts';
import { displayAddress } from '../message/address.ts';
import { linkLayout } from './layout.ts';
import { linkOfAddress } from './link-address.ts';

interface LinkExplainDeps {
  readonly home: string;
  readonly control: () => Pick<Control, 'locals'>;
  readonly nowMs: () => number;
}

/** @param address of the local channel, a byte string @returns undefined: it is no link's */
export function createLinkExplain({
  home,
  control,
  nowMs,
}: LinkExplainDeps): (address: string) => Explained | undefined {
  return address => {
    const name = linkOfAddress(address, control().locals);
    if (name === undefined) return undefined;
    const found = readLinks(home).find(({ link }) => link.name === name);
    const { maildir } = linkLayout(home, name);
    if (!found && !existsSync(maildir)) return undefined;
    const file = join(linksDirectory(home), name);
    const whom = displayAddress(withoutLinkPrefix(address));
    const text = found
      ? [`waits for link ${name}`, windowWords(found.link, nowMs())].filter(part => part !== '').join(', ')
      : `waits in ${maildir}: the link ${name} is gone`;
    const [problem] = found?.problems ?? [];
    return {
      steps: [
        {
          stage: 'route',
          file,
          line: null,
          says: `Mail for ${whom} waits in ${maildir} until the link ${name} is used.`,
        },
        ...(problem
          ? [
              {
                stage: 'route' as const,
                file,
                line: problem.line ?? null,
                says: `The link sends nothing until its file is right: ${problem.text}.`,
              },
            ]
          : []),
      ],
      verdict: { outcome: 'link', text, deliveries: [{ kind: 'maildir', to: maildir }], newSender: null, hosts: [] },
    };
  };
}
