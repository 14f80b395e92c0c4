import type { BreakerStore, ExchangeReply, ExchangeRequest, SharedPolicy } from "./types.js";

/** One thing that every store must do. */
export interface StoreContractCase {
  /** What the store must do, as a sentence: the name of your test. */
  readonly name: string;
  /**
   * Rejects when the store does not.
   *
   * @param makeStore makes a store with no state yet, or with that of a scope prefix never used before, whose time is
   * `now()`, in ms since 1970
   */
  run(makeStore: (options: { readonly now: () => number }) => BreakerStore | Promise<BreakerStore>): Promise<void>;
}

const policy: SharedPolicy = {
  spanMs: 10_000,
  maxCalls: 0,
  minimumCalls: 4,
  failureRate: 0.5,
  slowRate: 0,
  probes: 1,
  leaseMs: 30_000,
  ttlMs: 140_000,
};

const usual: ExchangeRequest = {
  policy,
  era: 0,
  calls: 0,
  attempts: 0,
  failures: 0,
  slow: 0,
  by: "p-1",
  openForMs: 5_000,
  failedProbes: 0,
};

/** A store under test, its time, and one scope. */
class Bench {
  now = 1_767_225_600_000;
  readonly #store: BreakerStore;
  readonly #policy: SharedPolicy;

  constructor(store: BreakerStore, changes: Partial<SharedPolicy>) {
    this.#store = store;
    this.#policy = { ...policy, ...changes };
  }

  ask(request: Partial<ExchangeRequest> = {}, scope = "scope"): Promise<ExchangeReply> {
    return this.#store.exchange(scope, { ...usual, policy: this.#policy, ...request });
  }

  /** Attempts, each of a call of its own. */
  counts(attempts: number, failures: number, more: Partial<ExchangeRequest> = {}): Promise<ExchangeReply> {
    return this.ask({ calls: attempts, attempts, failures, ...more });
  }

  /** Opens it, and lets its cool-down pass. */
  async coolDown(): Promise<void> {
    await this.counts(4, 4);
    this.now += 5_000;
  }
}

function contractCase(
  name: string,
  play: (bench: Bench) => Promise<void>,
  changes: Partial<SharedPolicy> = {},
): StoreContractCase {
  return {
    name,
    async run(makeStore) {
      let bench: Bench | undefined;
      const store = await makeStore({ now: () => bench?.now ?? 0 });
      bench = new Bench(store, changes);
      await play(bench);
    },
  };
}

function same(actual: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (is !== should) throw new Error(`is ${is} and should be ${should}`);
}

function told({ isOpen, isForAll, openForMs, failedProbes, granted }: ExchangeReply): unknown[] {
  const state = isForAll ? "open" : isOpen ? "open for some" : "closed";
  return [state, openForMs, failedProbes, granted];
}

const closed = ["closed", 0, 0, false];

/** What every store must do: `for (const { name, run } of breakerStoreContract) test(name, () => run(makeStore));` */
export const breakerStoreContract: readonly StoreContractCase[] = [
  contractCase("a scope that nobody used is closed, in era 0", async (bench) => {
    const reply = await bench.ask();
    same([reply.era, ...told(reply)], [0, ...closed]);
  }),
  contractCase("counts of several processes add up, and open it", async (bench) => {
    same(told(await bench.counts(2, 1)), closed);
    same(told(await bench.counts(1, 0)), closed);
    same(told(await bench.counts(1, 1)), ["open", 5_000, 0, false]);
  }),
  contractCase("fewer calls than the least, or fewer failures than the rate, do not", async (bench) => {
    same(told(await bench.counts(3, 3)), closed);
    same(told(await bench.counts(9, 0)), closed);
    same(told(await bench.counts(1, 1)), closed);
  }),
  contractCase("a call with several attempts counts once", async (bench) => {
    same(told(await bench.ask({ calls: 1, attempts: 9, failures: 9 })), closed);
  }),
  contractCase("what succeeds does not open it", async (bench) => {
    await bench.counts(3, 3);
    same(told(await bench.counts(3, 0)), closed);
  }),
  contractCase(
    "slow attempts open it where the policy says so",
    async (bench) => {
      same(told(await bench.ask({ calls: 4, attempts: 4, slow: 4 })), ["open", 5_000, 0, false]);
    },
    { slowRate: 0.8 },
  ),
  contractCase("old counts leave the window", async (bench) => {
    await bench.counts(3, 3);
    bench.now += 11_000;
    same(told(await bench.counts(1, 1)), closed);
  }),
  contractCase(
    "a window of calls holds about as many as it says, with all their attempts",
    async (bench) => {
      await bench.counts(60, 60, { calls: 3 });
      for (let sent = 0; sent < 20; sent++) await bench.counts(1, 0);
      same(told(await bench.counts(4, 1)), closed);
      same((await bench.counts(10, 10)).isOpen, true);
    },
    { spanMs: 0, maxCalls: 10 },
  ),
  contractCase("scopes know nothing of each other", async (bench) => {
    await bench.counts(4, 4);
    same(told(await bench.ask({}, "other")), closed);
  }),
  contractCase("the cool-down runs by the store's time", async (bench) => {
    await bench.counts(4, 4);
    bench.now += 2_000;
    same(told(await bench.ask()), ["open", 3_000, 0, false]);
    bench.now += 9_000;
    same(told(await bench.ask()), ["open", 0, 0, false]);
  }),
  contractCase("each change is an era of its own, and eras grow", async (bench) => {
    const eras = [(await bench.ask()).era, (await bench.counts(4, 4)).era];
    bench.now += 5_000;
    await bench.ask({ event: "claim" });
    eras.push((await bench.ask({ event: "passed" })).era);
    same(
      eras.every((era, index) => index === 0 || era > (eras[index - 1] ?? 0)),
      true,
    );
  }),
  contractCase("what was counted in an earlier era does not count", async (bench) => {
    await bench.coolDown();
    const { era } = await bench.ask({ event: "claim" });
    await bench.ask({ event: "passed" });
    same(told(await bench.counts(9, 9, { era })), closed);
  }),
  contractCase("no claim is granted before the cool-down is over", async (bench) => {
    await bench.counts(4, 4);
    bench.now += 4_999;
    same((await bench.ask({ event: "claim" })).granted, false);
    bench.now += 1;
    same((await bench.ask({ event: "claim" })).granted, true);
  }),
  contractCase("of many claims at once exactly one is granted", async (bench) => {
    await bench.coolDown();
    const claims = Array.from({ length: 50 }, (_, index) => bench.ask({ event: "claim", by: `p-${index}` }));
    same((await Promise.all(claims)).filter(({ granted }) => granted).length, 1);
  }),
  contractCase(
    "as many as the policy has probes",
    async (bench) => {
      await bench.coolDown();
      const claims = Array.from({ length: 50 }, (_, index) => bench.ask({ event: "claim", by: `p-${index}` }));
      same((await Promise.all(claims)).filter(({ granted }) => granted).length, 3);
    },
    { probes: 3 },
  ),
  contractCase("a probe that passed closes it", async (bench) => {
    await bench.coolDown();
    await bench.ask({ event: "claim" });
    same(told(await bench.ask({ event: "passed" })), closed);
    same(told(await bench.counts(1, 1)), closed);
  }),
  contractCase(
    "all probes must pass",
    async (bench) => {
      await bench.coolDown();
      for (const by of ["a", "b"]) await bench.ask({ event: "claim", by });
      same((await bench.ask({ event: "passed", by: "a" })).isOpen, true);
      same((await bench.ask({ event: "passed", by: "b" })).isOpen, false);
    },
    { probes: 2 },
  ),
  contractCase("a probe that failed opens it again, for as long as it says", async (bench) => {
    await bench.coolDown();
    await bench.ask({ event: "claim" });
    same(told(await bench.ask({ event: "failed", openForMs: 10_000, failedProbes: 1 })), ["open", 10_000, 1, false]);
    same((await bench.ask({ event: "claim" })).granted, false);
  }),
  contractCase("a probe that says nothing gives its place back", async (bench) => {
    await bench.coolDown();
    await bench.ask({ event: "claim", by: "a" });
    same((await bench.ask({ event: "claim", by: "b" })).granted, false);
    await bench.ask({ event: "released", by: "a" });
    same((await bench.ask({ event: "claim", by: "b" })).granted, true);
  }),
  contractCase("a probe that nobody heard of again is lost, and decides nothing any more", async (bench) => {
    await bench.coolDown();
    await bench.ask({ event: "claim", by: "a" });
    bench.now += 30_001;
    same((await bench.ask({ event: "claim", by: "b" })).granted, true);
    same((await bench.ask({ event: "passed", by: "a" })).isOpen, true);
    same((await bench.ask({ event: "passed", by: "b" })).isOpen, false);
  }),
  contractCase("a store that lost its memory can be told what was", async (bench) => {
    same(told(await bench.ask({ event: "restored", openForMs: 3_000, failedProbes: 2 })), ["open", 3_000, 2, false]);
    same(told(await bench.ask({ event: "restored", openForMs: 9_000 })), ["open", 3_000, 2, false]);
  }),
  contractCase("a process that opened on its own does not open it for the others", async (bench) => {
    same(told(await bench.ask({ event: "opened", openForMs: 2_000 })), ["open for some", 2_000, 0, false]);
    same(told(await bench.counts(3, 0, { by: "p-2" })), ["open for some", 2_000, 0, false]);
  }),
  contractCase("processes that opened on their own share one round, and one probe", async (bench) => {
    await bench.ask({ event: "opened", by: "a" });
    bench.now += 1_000;
    const { era, openForMs } = await bench.ask({ event: "opened", by: "b", openForMs: 9_000 });
    same(openForMs, 4_000);
    bench.now += 4_000;
    const claims = Array.from({ length: 50 }, (_, index) => bench.ask({ event: "claim", era, by: `p:${index}` }));
    same((await Promise.all(claims)).filter(({ granted }) => granted).length, 1);
  }),
  contractCase("a claim of a process whose opening was never reported counts as its report", async (bench) => {
    same((await bench.ask({ event: "claim", by: "a:1" })).granted, true);
    same(told(await bench.ask({ event: "claim", by: "b:1" })), ["open for some", 0, 0, false]);
  }),
  contractCase(
    "a probe that passed closes it for those that opened on their own, in an era of its own",
    async (bench) => {
      const { era } = await bench.ask({ event: "opened", by: "a" });
      bench.now += 5_000;
      await bench.ask({ event: "claim", by: "a:1", era });
      const reply = await bench.ask({ event: "passed", by: "a:1", era });
      same([reply.era > era, ...told(reply)], [true, ...closed]);
    },
  ),
  contractCase("an opening from before the last closing is outdated", async (bench) => {
    const { era } = await bench.ask({ event: "opened", by: "a" });
    bench.now += 5_000;
    await bench.ask({ event: "claim", by: "a:1", era });
    const { era: later } = await bench.ask({ event: "passed", by: "a:1", era });
    same(told(await bench.ask({ event: "opened", by: "b", era })), closed);
    same(told(await bench.ask({ event: "claim", by: "b:1", era })), closed);
    same((await bench.ask({ event: "opened", by: "b", era: later })).isOpen, true);
  }),
  contractCase(
    "what all processes count together opens it for all, while some are open on their own",
    async (bench) => {
      const { era } = await bench.ask({ event: "opened", by: "a" });
      bench.now += 1_000;
      const reply = await bench.counts(4, 4, { by: "b", era });
      same([reply.era === era, ...told(reply)], [true, "open", 4_000, 0, false]);
    },
  ),
  contractCase(
    "a failed probe opens it for all if two opened on their own and no other had a success",
    async (bench) => {
      const fails = async (by: string): Promise<ExchangeReply> => {
        await bench.ask({ event: "claim", by: `${by}:1` });
        return bench.ask({ event: "failed", by: `${by}:1`, failedProbes: 1 });
      };
      await bench.ask({ event: "opened", by: "a" });
      bench.now += 5_000;
      same((await fails("a")).isForAll, false);
      const { era } = await bench.ask({ event: "opened", by: "b" });
      await bench.counts(1, 0, { by: "c", era });
      bench.now += 5_000;
      same((await fails("b")).isForAll, false);
      bench.now += 5_000;
      same((await fails("a")).isForAll, true);
    },
  ),
  contractCase(
    "a process that found the service well without permission closes it in its own era only",
    async (bench) => {
      const { era } = await bench.ask({ event: "opened", by: "a" });
      same((await bench.ask({ event: "recovered", by: "b", era: era - 1 })).isOpen, true);
      same(told(await bench.ask({ event: "recovered", by: "a", era })), closed);
    },
  ),
];
