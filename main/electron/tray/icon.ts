// Makes an Electron image of the drawn icon.
import { type NativeImage, nativeImage } from 'electron';
import { paint, shapes } from './icon-pixels.ts';
import { encodePng } from './png.ts';
import type { TrayMark } from './tray.ts';

/** The icon in two densities. @param sizePx its side at normal density */
export function drawIcon(mark: TrayMark, sizePx: number, template = false): NativeImage {
  const image = nativeImage.createEmpty();
  for (const scaleFactor of [1, 2]) {
    const side = sizePx * scaleFactor;
    const buffer = encodePng(paint(shapes(mark, template), side), side, side);
    image.addRepresentation({ scaleFactor, width: side, height: side, buffer });
  }
  image.setTemplateImage(template);
  return image;
}
