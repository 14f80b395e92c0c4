// What fires when: each scene is a unit test of promtool, in both editions.
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dump } from "js-yaml";
import { describe, expect, test } from "vitest";
import type { MetricName } from "../../runtime/entries/metrics/index.js";
import { folderWith } from "../support/folders.js";
import { programOnPath } from "../support/programs.js";
import { type Edition, editions } from "./editions.js";

type Labels = Readonly<Record<string, string>>;

/** Values of a metric every 15 s, in promtool's words. */
type Series = readonly [metric: MetricName, labels: Labels, values: string];

/** Alerts at a moment: labels beside `client`, and the summary where it matters. */
interface Moment {
  readonly at: string;
  readonly fire?: readonly (readonly [alert: string, labels?: Labels, summary?: string])[];
  readonly quiet?: readonly string[];
}

interface Scene {
  readonly title: string;
  readonly series: readonly Series[];
  readonly moments: readonly Moment[];
}

const pods = Array.from({ length: 10 }, (_, index) => ({ instance: `pod-${index}` }));
const scope = { scope: "operation:getThing" };
const operation = { operation: "getThing" };

/** Calls per 15 s by result. */
function calls(outcome: string, values: string, more: Labels = {}): Series {
  return ["calls", { ...operation, outcome, ...more }, values];
}

function attempts(outcome: string, code: string, values: string): Series {
  return ["attempts", { ...operation, outcome, code }, values];
}

/** A breaker that is open from one sample to another: its time rises by 15 s each. */
function open(from: number, to: number, until = 60, more: Labels = {}): Series {
  return ["breaker.open.duration", { ...scope, ...more }, `0x${from} 15+15x${to - from} 0x${until - to}`];
}

const healthy: readonly Series[] = [
  calls("ok", "0+100x60"),
  attempts("ok", "200", "0+100x60"),
  ["calls.slow", operation, "0x60"],
  open(60, 60),
];

/** Attempts that a closed breaker counts. */
function counted(success: string, failure: string): readonly Series[] {
  return [
    ["breaker.attempts", { ...scope, verdict: "success" }, success],
    ["breaker.attempts", { ...scope, verdict: "failure" }, failure],
    ["breaker.failure_threshold", scope, "0.5x80"],
    ["breaker.open.duration", scope, "0x80"],
    ["breaker.transitions", { ...scope, from: "closed", to: "open" }, "0x80"],
  ];
}

const closedToOpen = { from: "closed", to: "open" };

const scenes: readonly Scene[] = [
  {
    title: "nothing fires while all is well",
    series: [...healthy, ...counted("0+100x80", "0x80").slice(0, 3)],
    moments: [{ at: "10m" }],
  },
  {
    title: "an outage of four minutes pages within two minutes, and not after its end",
    // 2 minutes of health, 4 of outage, then health.
    series: [
      calls("ok", "0+100x8 800x16 800+100x40"),
      calls("network", "0x8 0+20x16 320x40"),
      calls("breaker-open", "0x8 0+80x16 1280x40"),
      open(8, 24),
    ],
    moments: [
      { at: "2m30s", quiet: ["ResilCallsFail", "ResilBreakerOpenTooLong"] },
      {
        at: "4m",
        fire: [
          ["ResilCallsFail", { outcome: "breaker-open" }, "Most calls to shop fail: 80% of them with breaker-open."],
          ["ResilCallsFail", { outcome: "network" }, "Most calls to shop fail: 20% of them with network."],
        ],
        quiet: ["ResilBreakerOpenTooLong"],
      },
      {
        at: "4m30s",
        fire: [
          [
            "ResilBreakerOpenTooLong",
            scope,
            "The circuit breaker operation:getThing of shop has been open for over two minutes (instances: 1).",
          ],
        ],
      },
      { at: "7m15s" },
      { at: "8m" },
      { at: "9m" },
    ],
  },
  {
    title: "a blip of 30 seconds pages nobody",
    series: [calls("ok", "0+100x8 800x2 800+100x50"), calls("network", "0x8 0+100x2 200x50"), open(8, 10)],
    moments: ["2m45s", "3m", "3m30s", "4m", "4m30s", "5m", "6m", "8m"].map((at) => ({ at })),
  },
  {
    title: "an outage that ten instances notice is one alert with their number, and no flapping",
    series: pods.flatMap((pod) => [
      ["breaker.transitions", { ...scope, ...pod, ...closedToOpen }, "0x8 1x52"] as Series,
      open(8, 40, 60, pod),
    ]),
    moments: [
      {
        at: "8m",
        fire: [
          [
            "ResilBreakerOpenTooLong",
            scope,
            "The circuit breaker operation:getThing of shop has been open for over two minutes (instances: 10).",
          ],
        ],
        quiet: ["ResilBreakerOpensTooOften"],
      },
    ],
  },
  {
    title: "short openings of ten instances, one after the other, are not one long opening",
    series: pods.map((pod, index) => open(index * 4, index * 4 + 5, 60, pod)),
    moments: ["5m", "8m", "10m"].map((at) => ({ at, quiet: ["ResilBreakerOpenTooLong"] })),
  },
  {
    title: "a breaker that opens every minute is reported with the number of one instance",
    series: pods.flatMap((pod) => [
      ["breaker.transitions", { ...scope, ...pod, ...closedToOpen }, "0+0.25x60"] as Series,
      [
        "breaker.open.duration",
        { ...scope, ...pod },
        "0 15 0 0 0 15 0 0 0 15 0 0 0 15 0 0 0 15 0 0 0 15 0 0",
      ] as Series,
    ]),
    moments: [
      {
        at: "14m",
        fire: [
          [
            "ResilBreakerOpensTooOften",
            scope,
            "The circuit breaker operation:getThing of shop opened 14 times within an hour on one instance.",
          ],
        ],
        quiet: ["ResilBreakerOpenTooLong"],
      },
    ],
  },
  {
    title: "a breaker that opened once and whose probes failed often is not flapping",
    series: [
      ["breaker.transitions", { ...scope, ...closedToOpen }, "0x10 1x30"],
      ["breaker.transitions", { ...scope, from: "half-open", to: "open" }, "0+1x40"],
    ],
    moments: [{ at: "9m30s", quiet: ["ResilBreakerOpensTooOften"] }],
  },
  {
    title: "45% failures below the threshold are a warning, and no open breaker",
    series: [
      calls("ok", "0+90x60"),
      calls("http", "0+10x60"),
      attempts("ok", "200", "0+55x60"),
      attempts("http", "503", "0+45x60"),
      ...counted("0+55x80", "0+45x80"),
    ],
    moments: [
      {
        at: "9m",
        fire: [["ResilAttemptsFail", {}, "45% of the attempts to shop fail. Retries may still hide it."]],
        quiet: ["ResilBreakerOpenTooLong", "ResilBreakerNeverOpens", "ResilCallsFail"],
      },
    ],
  },
  {
    title: "a breaker never opens: one failing call in 30 seconds",
    series: counted("0x80", "0+0.5x80"),
    moments: [
      {
        at: "12m",
        fire: [
          [
            "ResilBreakerNeverOpens",
            scope,
            "The circuit breaker operation:getThing of shop stays closed although 100% of the attempts fail.",
          ],
        ],
      },
    ],
  },
  {
    title: "one failing call within ten minutes is no breaker that never opens",
    series: counted("0x80", "0x20 1x60"),
    moments: ["6m", "8m", "12m"].map((at) => ({ at, quiet: ["ResilBreakerNeverOpens"] })),
  },
  {
    title: "all calls fail with 429: both the failures and the rate limit are reported",
    series: [calls("http", "0+100x60"), attempts("http", "429", "0+100x60")],
    moments: [
      {
        at: "5m",
        fire: [
          ["ResilCallsFail", { outcome: "http" }, "Most calls to shop fail: 100% of them with http."],
          ["ResilServerRateLimits", {}, "The rate limit of shop is exceeded: 100% of the attempts are answered 429."],
        ],
      },
    ],
  },
  {
    title: "a few 429s among many calls are not reported",
    series: [...healthy, attempts("http", "429", "0+2x60")],
    moments: [{ at: "8m" }],
  },
  {
    title: "the shared store is unavailable",
    series: pods.map((pod) => ["store.unavailable", pod, "0x4 1x40"]),
    moments: [
      { at: "1m", quiet: ["ResilStoreUnavailable"] },
      { at: "3m", fire: [["ResilStoreUnavailable", {}, "The shared store of shop is unavailable (instances: 10)."]] },
    ],
  },
  {
    title: "a bulkhead that fills up warns before it refuses, and both end with the overload",
    series: [
      ["bulkhead.running", scope, "2x8 10x24 2x40"],
      ["bulkhead.running.limit", scope, "10x80"],
      ["refusals", { ...operation, reason: "bulkhead-full" }, "0x8 0+30x24 720x40"],
      attempts("ok", "200", "0+100x80"),
    ],
    moments: [
      { at: "3m", quiet: ["ResilBulkheadRefuses"] },
      { at: "4m45s", fire: [["ResilBulkheadNearCapacity", scope]], quiet: ["ResilBulkheadRefuses"] },
      {
        at: "6m",
        fire: [
          ["ResilBulkheadNearCapacity", scope],
          ["ResilBulkheadRefuses", operation],
        ],
      },
      { at: "10m30s" },
    ],
  },
  {
    title: "a single refusal in four minutes is not reported",
    series: [
      ["refusals", { ...operation, reason: "bulkhead-full" }, "0x15 1x16 2x16 3x16"],
      attempts("ok", "200", "0+100x80"),
    ],
    moments: ["6m", "8m", "10m", "12m"].map((at) => ({ at })),
  },
  {
    title: "refusals by the circuit breaker are none of the bulkhead",
    series: [["refusals", { ...operation, reason: "breaker-open" }, "0+100x60"], attempts("ok", "200", "0+1x60")],
    moments: [{ at: "8m", quiet: ["ResilBulkheadRefuses"] }],
  },
  {
    title: "calls that come close to their timeout are reported, and a few are not",
    series: [calls("ok", "0+100x80"), ["calls.slow", operation, "0+5x20 100+30x60"]],
    moments: [
      { at: "5m" },
      {
        at: "12m",
        fire: [["ResilCallsSlow", {}, "30% of the calls to shop come close to their timeout."]],
      },
    ],
  },
  {
    title: "one operation that fails among many is reported by itself",
    series: [calls("ok", "0+500x60", { operation: "getOther" }), calls("deadline", "0+10x60")],
    moments: [
      {
        at: "9m",
        fire: [["ResilOperationFails", operation, "100% of the calls to getThing of shop fail."]],
        quiet: ["ResilCallsFail"],
      },
    ],
  },
  {
    title: "a part of the calls fails",
    series: [calls("ok", "0+80x60"), calls("timeout", "0+20x60")],
    moments: [
      {
        at: "9m",
        fire: [
          ["ResilCallsFailPartially", { outcome: "timeout" }, "Some calls to shop fail: 20% of them with timeout."],
        ],
        quiet: ["ResilCallsFail"],
      },
    ],
  },
  {
    title: "calls that their callers abort are no failures",
    series: [calls("ok", "0+10x60"), calls("aborted", "0+90x60")],
    moments: [{ at: "9m" }],
  },
  {
    title: "the retry budget is used up",
    series: [calls("ok", "0+90x60"), ["given_up", { ...operation, reason: "budget" }, "0+10x60"]],
    moments: [
      {
        at: "5m",
        fire: [
          [
            "ResilRetryBudgetExhausted",
            {},
            "11.11% of the calls to shop fail without a further retry: the retry budget is used up.",
          ],
        ],
      },
    ],
  },
  {
    title: "calls that are given up for another reason don't use up the budget",
    series: [calls("ok", "0+90x60"), ["given_up", { ...operation, reason: "max-retries" }, "0+10x60"]],
    moments: [{ at: "5m", quiet: ["ResilRetryBudgetExhausted"] }],
  },
  ...(
    [
      ["a third of the calls retried is above the budget ratio", "100x60", "33x60", true],
      ["a tenth of the calls retried is within the budget ratio", "100x60", "10x60", false],
      ["retries of very few calls are not judged", "1x60", "3x60", false],
    ] as const
  ).map(
    ([title, all, retries, fires]): Scene => ({
      title,
      series: [
        ["retry_budget.window.calls", scope, all],
        ["retry_budget.window.retries", scope, retries],
        ["retry_budget", scope, "0.2x60"],
      ],
      moments: [
        {
          at: "12m",
          ...(fires ? { fire: [["ResilRetryRatioAboveBudget", scope]] } : { quiet: ["ResilRetryRatioAboveBudget"] }),
        },
      ],
    }),
  ),
  {
    title: "the server closes reused connections",
    series: [["connection.resets", operation, "0x10 0+0.25x50"]],
    moments: [
      { at: "2m", quiet: ["ResilConnectionResets"] },
      { at: "10m", fire: [["ResilConnectionResets"]] },
    ],
  },
];

const promtool = programOnPath("promtool");

/** What promtool must see at one moment: a moment that names no alert expects none at all. */
function expectations(edition: Edition, { at, fire = [], quiet }: Moment): object[] {
  const renamed = (labels: Labels): Labels =>
    Object.fromEntries(Object.entries(labels).map(([name, value]) => [edition.label(name), value]));
  const silent = fire.length === 0 && quiet === undefined ? edition.rules.map(({ alert }) => alert) : (quiet ?? []);
  const names = new Set(fire.map(([alert]) => alert));
  return [...silent.filter((alert) => !names.has(alert)), ...names].map((alertname) => {
    const rule = edition.rules.find(({ alert }) => alert === alertname);
    if (rule === undefined) throw new Error(`there is no alert ${alertname}`);
    const alerts = fire.filter(([name]) => name === alertname);
    return {
      eval_time: at,
      alertname,
      exp_alerts: alerts.map(([, labels = {}, summary]) => ({
        exp_labels: { ...rule.labels, job: "api", ...renamed({ client: "shop", ...labels }) },
        ...(summary === undefined ? {} : { exp_annotations: { ...rule.annotations, summary } }),
      })),
    };
  });
}

function seriesOf(edition: Edition, [key, labels, values]: Series): { series: string; values: string } {
  const all = Object.entries({ job: "api", client: "shop", instance: "pod-0", ...labels });
  const text = all.map(([name, value]) => `${edition.label(name)}="${value}"`).join(", ");
  return { series: `${edition.metric(key)}{${text}}`, values };
}

test("every alert has a scene in which it fires, and one in which it does not", () => {
  const moments = scenes.flatMap(({ moments }) => moments);
  for (const { alert } of editions[0]?.rules ?? []) {
    expect(
      moments.some(({ fire = [] }) => fire.some(([name]) => name === alert)),
      alert,
    ).toBe(true);
    expect(
      moments.some(({ fire = [], quiet }) => quiet?.includes(alert) || (fire.length === 0 && !quiet)),
      alert,
    ).toBe(true);
  }
});

describe.skipIf(promtool === undefined)("alerts, asked of promtool (skipped where it is not on PATH)", () => {
  describe.each(editions)("for the names of $name", (edition) => {
    test.each(scenes)("$title", async ({ series, moments }) => {
      // A moment without a summary says nothing about annotations: promtool compares them all.
      const isBare = moments.every(({ fire = [] }) => fire.every(([, , summary]) => summary === undefined));
      const bare = edition.rules.map(({ annotations, ...rule }) => (isBare ? rule : { ...rule, annotations }));
      const scene = {
        rule_files: ["alerts.yml"],
        evaluation_interval: "15s",
        tests: [
          {
            interval: "15s",
            input_series: series.map((each) => seriesOf(edition, each)),
            alert_rule_test: moments.flatMap((moment) => expectations(edition, moment)),
          },
        ],
      };
      const folder = await folderWith({ "alerts.yml": dump({ groups: [{ name: "all", rules: bare }] }) });
      await writeFile(join(folder, "scene.yml"), dump(scene));
      const { status, stdout, stderr } = spawnSync(promtool as string, ["test", "rules", "scene.yml"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(status, stdout + stderr).toBe(0);
    });
  });
});
