/** Makes reloads calm: never two at a time, and one more at the end if any were asked for meanwhile. */
export function coalesce(load: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;

  async function run(): Promise<void> {
    try {
      do {
        again = false;
        await load();
      } while (again);
    } finally {
      running = undefined;
    }
  }

  return () => {
    if (running) again = true;
    else running = run();
    return running;
  };
}
