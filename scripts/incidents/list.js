// The ten incidents. Times are in minutes at full length.

const always = (answer) => () => answer;

/** 9 of 20 requests, evenly spread: no window of a circuit breaker holds half of them. */
function share(failing, answer) {
  let count = 0;
  return () => {
    count++;
    return Math.floor(count * failing) > Math.floor((count - 1) * failing) ? answer : { status: 200 };
  };
}

/**
 * - `clients`: the calls per minute of each client, and what differs from the default policies
 * - `begin`, `end`: what happens to the server
 * - `expect`: alerts that must fire, with the minutes after the beginning within which they must
 * - `forbid`: alerts that would mislead the engineer
 * - `log`: what the log must say; `panel`: the panel that shows the cause
 */
export const incidents = [
  {
    name: "outage",
    minutes: 4,
    clients: [{ name: "outage", perMinute: 240, resilience: { breaker: { minimumCalls: 5 } } }],
    begin: ({ server }) => server.down(),
    end: ({ server }) => server.up(),
    expect: { ResilCallsFail: 2.5, ResilBreakerOpenTooLong: 3.5 },
    forbid: ["ResilBreakerOpensTooOften", "ResilBreakerNeverOpens"],
    log: [
      /network ECONNREFUSED/,
      /circuit breaker operation:getOrder opened: \d+ of \d+ attempts failed/,
      /next probe in \d+ ms/,
    ],
    panel: "Down now: circuit breakers",
  },
  {
    name: "slow-down",
    minutes: 7,
    clients: [{ name: "slow-down", perMinute: 60 }],
    begin: ({ server }) => server.behave(always({ delayMs: 3_000 })),
    expect: { ResilCallsSlow: 5 },
    forbid: ["ResilBreakerOpenTooLong", "ResilCallsFail"],
    log: [/200 in \d+ ms/],
    panel: "Duration of attempts",
  },
  {
    name: "429 storm with and without Retry-After",
    minutes: 5,
    clients: [
      { name: "429 with Retry-After", perMinute: 60, path: "/after" },
      { name: "429 without Retry-After", perMinute: 60, path: "/plain" },
    ],
    begin: ({ server }) =>
      server.behave(({ url }) => ({ status: 429, headers: url.startsWith("/after") ? { "retry-after": "60" } : {} })),
    expect: { ResilServerRateLimits: 3, ResilCallsFail: 3 },
    forbid: ["ResilBreakerOpenTooLong", "ResilBreakerOpensTooOften"],
    log: [/: 429 in \d+ ms, 1 attempt, gave up: retry-after/, /retry at \d{4}-/],
    panel: "Attempts answered 429",
  },
  {
    name: "flapping",
    minutes: 10,
    clients: [{ name: "flapping", perMinute: 240, resilience: { breaker: { minimumCalls: 5 } } }],
    begin: ({ server, ms, clock }) => {
      const since = clock();
      // 20 s of errors, 40 s of health.
      server.behave(() => ({ status: (clock() - since) % ms(60_000) < ms(20_000) ? 503 : 200 }));
    },
    expect: { ResilBreakerOpensTooOften: 9 },
    forbid: ["ResilBreakerOpenTooLong", "ResilBreakerNeverOpens"],
    log: [/opened: \d+ of \d+ attempts failed/, /closed: the probe succeeded/],
    panel: "Openings within an hour",
  },
  {
    name: "45% failures",
    minutes: 7,
    clients: [{ name: "45% failures", perMinute: 240, pods: 1, resilience: { breaker: { minimumCalls: 20 } } }],
    begin: ({ server }) => server.behave(share(0.45, { status: 500 })),
    expect: { ResilAttemptsFail: 5 },
    forbid: ["ResilBreakerOpenTooLong", "ResilBreakerNeverOpens", "ResilBreakerOpensTooOften"],
    log: [/: 500, retry in \d+ ms/],
    panel: "Attempts by status",
  },
  {
    name: "bulkhead full",
    minutes: 7,
    clients: [
      {
        name: "bulkhead full",
        perMinute: 240,
        resilience: { bulkhead: { concurrency: 2, queue: 2 }, breaker: false, retry: false },
      },
    ],
    begin: ({ server }) => server.behave(always({ delayMs: 2_000 })),
    expect: { ResilBulkheadNearCapacity: 4, ResilBulkheadRefuses: 6 },
    before: ["ResilBulkheadNearCapacity", "ResilBulkheadRefuses"],
    forbid: ["ResilBreakerOpenTooLong"],
    log: [/bulkhead-full queue-full/],
    panel: "Bulkhead slots in use",
  },
  {
    name: "retry budget used up",
    minutes: 6,
    clients: [
      {
        name: "retry budget used up",
        perMinute: 240,
        pods: 1,
        resilience: { breaker: { minimumCalls: 20 }, retry: { budget: { ratio: 0.05, minPerSecond: 0 } } },
      },
    ],
    begin: ({ server }) => server.behave(share(0.4, { status: 503 })),
    expect: { ResilRetryBudgetExhausted: 4 },
    forbid: ["ResilBreakerOpenTooLong"],
    log: [/: 503 in \d+ ms, \d attempts?, gave up: budget/],
    panel: "Why there was no further attempt",
  },
  {
    name: "shared store dead",
    minutes: 5,
    clients: [{ name: "shared store dead", perMinute: 60, resilience: { breaker: { shared: true } }, hasStore: true }],
    begin: ({ store }) => store.down(),
    end: ({ store }) => store.up(),
    expect: { ResilStoreUnavailable: 3 },
    forbid: ["ResilCallsFail", "ResilBreakerOpenTooLong"],
    log: [/shared store is unavailable \(error ECONNREFUSED\)/, /shared store is available again/],
    panel: "Shared store",
  },
  {
    name: "keep-alive race",
    minutes: 5,
    clients: [{ name: "keep-alive race", perMinute: 120 }],
    begin: ({ server }) => {
      const used = new WeakSet();
      let count = 0;
      server.behave(({ socket }) => {
        const isReused = used.has(socket);
        used.add(socket);
        return { destroy: isReused && ++count % 4 === 0 };
      });
    },
    expect: { ResilConnectionResets: 4 },
    forbid: ["ResilBreakerOpenTooLong", "ResilBreakerNeverOpens"],
    log: [/network \S+ on a reused connection/, /docs\/connections\.md/],
    panel: "Closed reused connections",
  },
  {
    name: "breaker that can never open",
    minutes: 16,
    clients: [{ name: "breaker that can never open", perMinute: 2, pods: 1, resilience: { retry: false } }],
    begin: ({ server }) => server.behave(always({ status: 500 })),
    expect: { ResilBreakerNeverOpens: 15 },
    forbid: ["ResilBreakerOpenTooLong", "ResilBreakerOpensTooOften"],
    log: [/: 500 in \d+ ms/],
    panel: "Calls in the window",
  },
];
