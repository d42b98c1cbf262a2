// The window's parsers of strangers' text.
import { promisedFile } from '../../../renderer/models/compose/promised-file.ts';
import { peopleNames, personName } from '../../../renderer/text/people.ts';
import { replaceUrls } from '../../../renderer/ui/css-urls.ts';
import { textBlocks } from '../../../renderer/ui/text-blocks.ts';
import { textChunks } from '../../../renderer/ui/text-chunks.ts';
import { splitLinks } from '../../../renderer/ui/text-links.ts';
import { alone, type Subject } from '../growth.ts';

export const windowSubjects: readonly Subject[] = [
  { name: 'renderer/ui/text-blocks.ts textBlocks', run: textBlocks, frames: [alone, ['>', 'x'], ['\n', 'x']] },
  {
    name: 'renderer/ui/text-links.ts splitLinks',
    run: splitLinks,
    frames: [alone, ['a@', 'x'], ['http://a', 'x'], ['a', '@x.y']],
  },
  { name: 'renderer/ui/text-chunks.ts textChunks', run: textChunks },
  {
    name: 'renderer/ui/css-urls.ts replaceUrls',
    run: css => replaceUrls(css, () => false),
    frames: [alone, ['url(', ')'], ['@import ', ';'], ['image-set("', '")'], ['\\', ' ']],
  },
  {
    name: 'renderer/ui/css-urls.ts replaceUrls',
    units: ['u\\72l(', '\\0', '\\\n', '@import', '@import "', '/*', "url('", 'image-set("'],
    run: css => replaceUrls(css, () => false),
  },
  {
    name: 'renderer/models/compose/promised-file.ts promisedFile',
    run: text => promisedFile(text, text),
    frames: [alone, ['re: ', 'x']],
  },
  { name: 'renderer/text/people.ts personName', run: name => personName({ name, address: name }) },
  {
    name: 'renderer/text/people.ts peopleNames',
    run: text => peopleNames(text.split(',').map(name => ({ name, address: '' }))),
  },
];
