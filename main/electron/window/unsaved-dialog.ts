// Asks the user whether changes that are not saved may be lost.
import { type BrowserWindow, dialog } from 'electron';
import { text } from '../text.ts';

/** @returns true: the page may go */
export async function askToLeave(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    ...text.unsaved,
    type: 'warning',
    defaultId: 0,
    cancelId: 0,
  });
  return response !== 0;
}
