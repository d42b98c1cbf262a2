// Four useful links to start with.
import type { LinkEditor } from '../../models/links/link-editor.ts';
import { text } from '../../text/en.ts';
import { type Template, Templates } from '../word-file/templates.tsx';

const { all, site, client, queue } = text.links.file.templates;

const templates: readonly Template[] = [
  {
    ...all,
    icon: 'send',
    file: 'carries *\nserver mail.shore.example\nknown-by person\nmetered yes\nlargest-bytes 100000\n',
  },
  {
    ...site,
    icon: 'rules',
    file: 'carries site.example\nserver 10.0.10.242\nknown-by route 10.0.10.242\nprotocol qmtp\n',
  },
  {
    ...client,
    icon: 'inbox',
    file: 'carries site.example\nserver client\nturn-for address 10.0.10.242\netrn-node site.example\n',
  },
  { ...queue, icon: 'queue', file: 'known-by interface ppp0\ndo queue\ncontact-minutes 15\n' },
];

export function LinkTemplates({ editor }: { editor: LinkEditor }) {
  return <Templates templates={templates} choose={editor.edit} />;
}
