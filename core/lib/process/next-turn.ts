// Lets everything else that is waiting in this turn of the event loop go first.

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
