// The test's way into the double's process: run a function there, and learn where its pages can be attached to.
interface Question {
  readonly id: number;
  /** Source of a function that gets the electron module and an argument. */
  readonly source: string;
  readonly arg: unknown;
}

/** Tells the test the port of Chromium's debugger. */
export function announce(debugPort: number): void {
  process.send?.({ kind: 'chromium', debugPort });
}

/** Answers the test's questions about the module. */
export function answerTests(electron: object): void {
  process.on('message', async (message: Question) => {
    try {
      const ask = new Function(`return (${message.source})`)() as (module: object, arg: unknown) => unknown;
      process.send?.({ kind: 'answer', id: message.id, value: await ask(electron, message.arg) });
    } catch (error) {
      process.send?.({ kind: 'answer', id: message.id, error: String(error) });
    }
  });
}
