// The system's side: menus, tray, notifications, images, screens, power, dialogs. Nothing is shown; what was
// asked for is kept, so that tests can look at it and press it.
import { EventEmitter } from 'node:events';
import { app } from './app.ts';

interface MenuItemOptions {
  label?: string;
  role?: string;
  type?: string;
  checked?: boolean;
  enabled?: boolean;
  accelerator?: string;
  submenu?: MenuItemOptions[];
  click?: (item: MenuItem) => void;
}

class MenuItem {
  readonly label: string;
  readonly role: string | undefined;
  readonly type: string;
  readonly enabled: boolean;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  checked: boolean;
  readonly #click: ((item: MenuItem) => void) | undefined;

  constructor(options: MenuItemOptions) {
    this.label = options.label ?? options.role ?? '';
    this.role = options.role;
    this.type = options.type ?? (options.submenu ? 'submenu' : 'normal');
    this.enabled = options.enabled ?? true;
    this.accelerator = options.accelerator;
    this.submenu = options.submenu && Menu.buildFromTemplate(options.submenu);
    this.checked = options.checked ?? false;
    this.#click = options.click;
  }

  click = (): void => {
    if (!this.enabled) return;
    if (this.type === 'checkbox') this.checked = !this.checked;
    if (this.#click) this.#click(this);
    else if (this.role === 'quit') app.quit();
  };
}

export class Menu {
  static #applicationMenu: Menu | null = null;
  readonly items: MenuItem[];

  private constructor(items: MenuItem[]) {
    this.items = items;
  }

  static buildFromTemplate(template: MenuItemOptions[]): Menu {
    return new Menu(template.map(options => new MenuItem(options)));
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#applicationMenu = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#applicationMenu;
  }
}

export class Tray extends EventEmitter {
  image: NativeImage;
  toolTip = '';
  menu: Menu | null = null;
  #destroyed = false;

  constructor(image: NativeImage) {
    super();
    if (!app.isReady()) throw new Error('Cannot create Tray before app is ready');
    this.image = image;
  }

  setImage(image: NativeImage): void {
    this.image = image;
  }

  setToolTip(toolTip: string): void {
    this.toolTip = toolTip;
  }

  setContextMenu(menu: Menu | null): void {
    this.menu = menu;
  }

  destroy(): void {
    this.#destroyed = true;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }
}

export class Notification extends EventEmitter {
  readonly title: string;
  readonly body: string;

  static isSupported(): boolean {
    return true;
  }

  constructor(options: { title?: string; body?: string }) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
  }

  show(): void {
    this.emit('show');
  }

  close(): void {
    this.emit('close');
  }
}

interface Representation {
  scaleFactor?: number;
  width?: number;
  height?: number;
  buffer?: Buffer;
}

class NativeImage {
  readonly representations: Representation[] = [];
  #template = false;

  /** Takes PNG only, and looks whether it is one of the size that was said. */
  addRepresentation(options: Representation): void {
    const { buffer } = options;
    if (buffer?.toString('latin1', 1, 4) !== 'PNG') throw new Error('The double takes PNG images only.');
    if (buffer.readUInt32BE(16) !== options.width || buffer.readUInt32BE(20) !== options.height) {
      throw new Error('The image has another size than was said.');
    }
    this.representations.push(options);
  }

  setTemplateImage(template: boolean): void {
    this.#template = template;
  }

  isTemplateImage(): boolean {
    return this.#template;
  }

  isEmpty(): boolean {
    return this.representations.length === 0;
  }

  toPNG(): Buffer {
    return this.representations[0]?.buffer ?? Buffer.alloc(0);
  }
}

export const nativeImage = { createEmpty: () => new NativeImage() };

export const screen = {
  getAllDisplays() {
    if (!app.isReady()) throw new Error('The screen module can only be used once the app is ready');
    return [{ id: 1, scaleFactor: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }];
  },
};

export const powerMonitor = new EventEmitter();
export const net = { online: true, isOnline: () => net.online };

export const shell = {
  openExternal: (_url: string): Promise<void> => Promise.resolve(),
  openPath: (_path: string): Promise<string> => Promise.resolve(''),
};

export const dialog = {
  /** There is no user to press a button: the question is cancelled, unless a test answers it. */
  showMessageBox: (_window: unknown, options: { cancelId?: number }): Promise<{ response: number }> =>
    Promise.resolve({ response: options.cancelId ?? 0 }),
  /** There is no user to press OK, so it is recorded for the test. */
  showErrorBox(title: string, content: string): void {
    process.stderr.write(`[error box] ${title}: ${content}\n`);
  },
};
