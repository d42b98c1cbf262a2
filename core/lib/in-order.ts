// Lets tasks run one after the other, in the order in which they came: two that wrote the same file would get in each other's way.

/** What it returns runs a task when those before it have ended, however they did. */
export function createInOrder(): <Value>(task: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return task => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
