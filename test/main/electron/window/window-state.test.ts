// The window opens where it was if that can be seen, and closing it never leaves a host that cannot be reached.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { closeAction } from '../../../../main/electron/window/close-action.ts';
import {
  fitWindowState,
  readWindowState,
  type WindowState,
  writeWindowState,
} from '../../../../main/electron/window/window-state.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const usual: WindowState = { width: 1280, height: 800, maximised: false };
const left = { x: 0, y: 0, width: 1920, height: 1040 };
const right = { x: 1920, y: 0, width: 1280, height: 720 };

test('fitWindowState: kept place and the screens of today → a place that can be seen', () => {
  const rows: [Partial<WindowState>, (typeof left)[], Partial<WindowState>][] = [
    [{ x: 100, y: 50 }, [left], { x: 100, y: 50 }],
    [{ x: 2000, y: 50 }, [left, right], { x: 2000, y: 50, width: 1280, height: 720 }],
    [{ x: 2000, y: 50 }, [left], {}],
    [{ x: -1200, y: 50 }, [left], {}],
    [{ x: -1160, y: 50 }, [left], { x: -1160, y: 50 }],
    [{ x: 100, y: -10 }, [left], {}],
    [{ x: 100, y: 1010 }, [left], {}],
    [{ width: 4000, height: 3000 }, [left], { width: 1920, height: 1040 }],
    [{ width: 10, height: 10 }, [left], { width: 640, height: 480 }],
    [{ x: 5, y: 5, maximised: true }, [left], { x: 5, y: 5, maximised: true }],
    [{ x: 5 }, [left], {}],
    [{ x: 5, y: 5 }, [], {}],
  ];
  assert.deepEqual(
    rows.map(([kept, areas]) => [kept, areas, fitWindowState({ ...usual, ...kept }, areas)]),
    rows.map(([kept, areas, want]) => [kept, areas, { ...usual, ...want }]),
  );
});

test('window state file: written → read back; missing or broken → the usual size', t => {
  const path = join(tempDir(t), 'window.json');
  assert.deepEqual(readWindowState(path), usual);
  const kept = { x: -3, y: 7, width: 900, height: 700, maximised: true };
  writeWindowState(path, kept);
  assert.deepEqual(readWindowState(path), kept);
  for (const text of ['', '{', 'null', '[]', '{"width":1e9,"height":1,"maximised":false}', '{"width":"9"}']) {
    writeFileSync(path, text);
    assert.deepEqual(readWindowState(path), usual, text);
  }
});

test('closeAction: situations → never a host that cannot be reached', () => {
  const rows: [boolean, boolean, boolean, NodeJS.Platform, string][] = [
    [true, true, true, 'linux', 'close'],
    [true, true, true, 'darwin', 'close'],
    [false, true, true, 'linux', 'hide'],
    [false, true, false, 'linux', 'minimise'],
    [false, false, true, 'linux', 'close'],
    [false, false, false, 'linux', 'close'],
    [false, true, true, 'win32', 'hide'],
    [false, false, true, 'win32', 'close'],
    [false, false, true, 'darwin', 'hide'],
  ];
  assert.deepEqual(
    rows.map(([quitting, closeToTray, trayShown, platform]) => [
      quitting,
      closeToTray,
      trayShown,
      platform,
      closeAction({ quitting, closeToTray, trayShown, platform }),
    ]),
    rows,
  );
});
