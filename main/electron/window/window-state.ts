// Saves the window's place and size in a small file, and restores them as far as the current screens allow.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import * as v from 'valibot';
import { errorCode } from '../../../core/lib/user-error.ts';

const Size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));
const Place = v.pipe(v.number(), v.integer(), v.minValue(-100_000), v.maxValue(100_000));
const WindowState = v.object({
  x: v.optional(Place),
  y: v.optional(Place),
  width: Size,
  height: Size,
  maximised: v.boolean(),
});

/** In device-independent pixels. Without `x` and `y` the window system chooses the place. */
export type WindowState = v.InferOutput<typeof WindowState>;

export const smallest = { width: 640, height: 480 };
const usual: WindowState = { width: 1280, height: 800, maximised: false };
/** At least this much of the title bar must be on a screen, so that the window can be dragged. */
const grip = { width: 120, height: 40 };

/** A missing or damaged file gives the usual state. */
export function readWindowState(path: string): WindowState {
  try {
    return v.parse(WindowState, JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError || v.isValiError(error)) return usual;
    throw error;
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  writeFileSync(`${path}.tmp`, `${JSON.stringify(state)}\n`);
  renameSync(`${path}.tmp`, path);
}

/** The state to open with: never larger than a screen, never off all screens. */
export function fitWindowState(state: WindowState, workAreas: readonly Rectangle[]): WindowState {
  const { x, y } = state;
  const area = workAreas.find(one => x !== undefined && y !== undefined && gripIsIn(one, x, y, state.width));
  const room = area ?? workAreas[0];
  const width = Math.max(smallest.width, Math.min(state.width, room?.width ?? state.width));
  const height = Math.max(smallest.height, Math.min(state.height, room?.height ?? state.height));
  if (!area || x === undefined || y === undefined) return { width, height, maximised: state.maximised };
  return { x, y, width, height, maximised: state.maximised };
}

function gripIsIn(area: Rectangle, x: number, y: number, width: number): boolean {
  const visible = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return visible >= grip.width && y >= area.y && y + grip.height <= area.y + area.height;
}
