// A virtual clock for many thousand timers: a heap, and no real timer between two of them.

/** Lets promises have their turn; nothing in a study does I/O. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

export class StudyClock {
  #now = 0;
  /** A binary heap by time, then by order of setting. */
  #heap = [];
  #count = 0;

  now() {
    return this.#now;
  }

  date() {
    return this.#now;
  }

  setTimer(run, ms) {
    const timer = { at: this.#now + ms, order: this.#count++, run };
    let index = this.#heap.push(timer) - 1;
    for (let parent = (index - 1) >> 1; index > 0 && isBefore(timer, this.#heap[parent]); parent = (index - 1) >> 1) {
      this.#heap[index] = this.#heap[parent];
      index = parent;
    }
    this.#heap[index] = timer;
    return timer;
  }

  clearTimer(timer) {
    // It is taken out when its time comes.
    if (timer !== undefined) timer.run = undefined;
  }

  /** Fires everything that is due, and what that sets, until nothing is set any more. */
  async run() {
    for (let timer = this.#take(); timer !== undefined; timer = this.#take()) {
      if (timer.run === undefined) continue;
      this.#now = timer.at;
      timer.run();
      await settle();
    }
  }

  #take() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (isBefore(last, heap[child])) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a, b) {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
