// The words of the folder tree and its dialogs, in English.
import { many } from './plural.ts';

export const folders = {
  heading: 'Folders',
  make: 'New folder',
  makeTitle: (parent: string) => (parent === '' ? 'New folder' : `New folder in ${parent}`),
  name: 'Name',
  makeGo: 'Create',
  change: (name: string) => `Change ${name}`,
  title: (name: string) => `Folder ${name}`,
  rename: 'Rename',
  makeWithin: 'New subfolder',
  remove: 'Delete folder',
  within: (name: string, open: boolean) => `${open ? 'Hide' : 'Show'} the folders in ${name}`,
  removeTitle: (name: string) => `Delete the folder ${name}?`,
  removeText: (messages: number, inner: number) =>
    `${inner > 0 ? `${many(inner, 'Its subfolder is', 'Its # subfolders are')} deleted too. ` : ''}${many(messages, '# message moves', '# messages move')} to Trash.`,
  removeGo: 'Delete folder',
  made: (name: string) => `Folder ${name} was created`,
  renamed: (name: string) => `The folder was renamed to ${name}`,
  removed: (name: string, trashed: number) =>
    trashed === 0
      ? `Folder ${name} was deleted`
      : `Folder ${name} was deleted; ${many(trashed, '# message is', '# messages are')} in Trash`,
};
