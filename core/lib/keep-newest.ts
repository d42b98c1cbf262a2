// A map that does not grow without end: what was put in last stays.

/** Puts a value in as the newest one, and takes the oldest ones out while there are more than so many. */
export function keepNewest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
