/**
 * The async context in which a call was started, to return to from anywhere else. A slot is handed over by another
 * call, a timer may fire in somebody else's turn, a shared signal is aborted by its owner: none of them may run what a
 * call does for its caller, because AsyncLocalStorage would then show the wrong user, and a worker may do I/O only in the
 * turn of the request that it belongs to.
 *
 * It needs nothing from the platform: a promise continues in the context in which `then` was called, whoever resolves it.
 */
export class OwnContext {
  /** Made for the first task: most calls are never continued from elsewhere. */
  #tasks: (() => void)[] | undefined;
  #wake!: () => void;

  constructor() {
    this.#listen();
  }

  /** Runs a task soon, in the context in which this was made; tasks keep their order. They must not throw. */
  run(task: () => void): void {
    if (this.#tasks !== undefined) this.#tasks.push(task);
    else {
      this.#tasks = [task];
      this.#wake();
    }
  }

  /** What work comes to that is done in this context. */
  work<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.run(() => resolve(work()));
    });
  }

  #listen(): void {
    void new Promise<void>((resolve) => {
      this.#wake = resolve;
    }).then(() => this.#runAll());
  }

  #runAll(): void {
    const tasks = this.#tasks ?? [];
    this.#tasks = undefined;
    // Before the tasks, which may change the context.
    this.#listen();
    for (const task of tasks) task();
  }
}
