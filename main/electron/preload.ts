// Runs before the page, sandboxed, in the window's isolated world. The page gets these four names and nothing else.
import { contextBridge, ipcRenderer } from 'electron';
import type { Notice } from '../../core/api/errors.ts';
import type { Command, DesktopBridge } from '../../core/api/transport/desktop.ts';
import { channels } from './window/channels.ts';

const bridge: DesktopBridge = {
  desktop: true,
  invoke: (method, request) => ipcRenderer.invoke(channels.invoke, method, request),
  onNotice(receive) {
    ipcRenderer.on(channels.notice, (_event, notice: Notice) => receive(notice));
  },
  onCommand(receive) {
    ipcRenderer.on(channels.command, (_event, command: Command) => receive(command));
    ipcRenderer.send(channels.ready);
  },
};

contextBridge.exposeInMainWorld('waypost', bridge);
