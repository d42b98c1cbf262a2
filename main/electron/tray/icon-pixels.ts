// Draws the app's icon: a waypost with a pointed board. In the tray it has a dot for unread mail and an exclamation mark for
// problems, so that the states differ in shape and not only in colour.
import type { TrayMark } from './tray.ts';

type Colour = readonly [red: number, green: number, blue: number];

interface Shape {
  readonly colour: Colour;
  /** Whether a point of the unit square belongs to it. */
  covers(x: number, y: number): boolean;
  /** Cuts the shape out of the layers below, and paints nothing. */
  readonly cut?: boolean;
}

const sea: Colour = [47, 143, 168];
const amber: Colour = [222, 142, 24];
const red: Colour = [214, 60, 48];
const black: Colour = [0, 0, 0];
const white: Colour = [255, 255, 255];

/** Samples of each pixel, in both directions. */
const samples = 4;

/** @param template for macOS: one colour, the system chooses which */
export function shapes(mark: TrayMark, template: boolean): Shape[] {
  const body = template ? black : sea;
  const sign: Shape[] = [
    { colour: body, covers: (x, y) => x > 0.4 && x < 0.52 && y > 0.06 && y < 0.96 },
    { colour: body, covers: (x, y) => y > 0.18 && y < 0.54 && x > 0.08 && x < 0.92 - Math.abs(y - 0.36) * 1.1 },
  ];
  if (mark === 'none') return sign;
  const inDisc = (radius: number) => (x: number, y: number) => Math.hypot(x - 0.74, y - 0.74) < radius;
  const disc: Shape[] = [
    { colour: body, covers: inDisc(0.3), cut: true },
    { colour: template ? black : mark === 'unread' ? amber : red, covers: inDisc(0.24) },
  ];
  if (mark === 'unread') return [...sign, ...disc];
  const stroke = (x: number, y: number) =>
    Math.abs(x - 0.74) < 0.05 && ((y > 0.58 && y < 0.77) || (y > 0.82 && y < 0.9));
  return [...sign, ...disc, { colour: white, covers: stroke, cut: template }];
}

/** RGBA pixels, edges smoothed by counting samples. */
export function paint(layers: readonly Shape[], side: number): Uint8Array {
  const rgba = new Uint8Array(side * side * 4);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const sum = [0, 0, 0, 0];
    for (let sample = 0; sample < samples * samples; sample += 1) {
      const x = ((pixel % side) + ((sample % samples) + 0.5) / samples) / side;
      const y = (Math.floor(pixel / side) + (Math.floor(sample / samples) + 0.5) / samples) / side;
      const top = layers.findLast(layer => layer.covers(x, y));
      if (!top || top.cut) continue;
      top.colour.forEach((value, channel) => {
        sum[channel] = (sum[channel] ?? 0) + value;
      });
      sum[3] = (sum[3] ?? 0) + 1;
    }
    const hits = sum[3] ?? 0;
    if (hits === 0) continue;
    rgba.set(
      [...sum.slice(0, 3).map(value => Math.round(value / hits)), Math.round((hits * 255) / samples ** 2)],
      pixel * 4,
    );
  }
  return rgba;
}
