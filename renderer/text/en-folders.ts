// What the tree of folders says, and the questions about making, renaming and removing one.
import { many } from './plural.ts';

export const folders = {
  heading: 'Folders',
  make: 'New folder',
  makeTitle: (parent: string) => (parent === '' ? 'New folder' : `New folder in ${parent}`),
  name: 'Name',
  makeGo: 'Make',
  change: (name: string) => `Change ${name}`,
  title: (name: string) => `Folder ${name}`,
  rename: 'Rename',
  makeWithin: 'New folder in it',
  remove: 'Delete folder',
  within: (name: string, open: boolean) => `${open ? 'Hide' : 'Show'} the folders in ${name}`,
  removeTitle: (name: string) => `Delete the folder ${name}?`,
  removeText: (messages: number, inner: number) =>
    `${inner > 0 ? `${many(inner, 'A folder in it goes', '# folders in it go')} too. ` : ''}${many(messages, '# message goes', '# messages go')} to Trash.`,
  removeGo: 'Delete folder',
  made: (name: string) => `Folder ${name} was made`,
  renamed: (name: string) => `The folder is called ${name} now`,
  removed: (name: string, trashed: number) =>
    trashed === 0
      ? `Folder ${name} was deleted`
      : `Folder ${name} was deleted; ${many(trashed, '# message is', '# messages are')} in Trash`,
};
