// The runtime beside its peers: what policies, calls and refusals cost, what ships of them, what they keep in memory.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundle, gzipKilobytes } from "./lib/bundle.js";
import { install } from "./lib/cache.js";
import { nodes } from "./lib/nodes.js";
import { generate, root } from "./lib/programs.js";
import { row, skipped } from "./lib/rows.js";

export const title = "The runtime";

const peers = ["opossum@9.0.0", "cockatiel@3.2.1"];

export const notes = `
CPU time per call within one process. Programs run in turns, and the ratio is the median of the ratios within a round.

- **Policies around a call.** A function that resolves immediately, wrapped in retry, breaker, attempt timeout, and
  bulkhead, compared with the bare function. ${peers.join(" and ")} get the same policies as far as they have them; opossum has neither
  retry nor a queue. In their rows, \`ours\` is the peer.
- **Rejection.** A call that an open breaker rejects, with nothing observing it, including its error; compared with a
  function that rejects with an existing error.
- **A generated client.** Compared with ky, or with fetch for the lean transport, with the same headers, an
  \`AbortController\`, and a timer, decoding the same JSON: on a stub that answers immediately, and over loopback.
- **Sizes** are of minified bundles after gzip.

Run it on an idle machine. [bench/README.md](../bench/README.md) explains what the numbers consist of.
`;

/** What is measured, in the order of the table. Each takes the context and its own name, and gives rows or throws. */
export const measures = [
  ...Object.keys(nodes).flatMap((version) => [
    { name: `Policies: ${version}`, take: (context) => policyRows(version, context) },
    { name: `Generated client: ${version}`, take: (context) => clientRows(version, context) },
  ]),
  { name: "Bundle of the policies alone", take: policySizeRows },
  { name: "Memory of an operation", take: memoryRows },
];

/** The most that the policies may cost around a call that resolves at once, against the bare call. */
const overheadGoals = { "Node 20": 12, "Node 24": 10 };

/** What one of the programs in `runtime/` prints, run by a version of Node. */
function measured(version, script, flags, ...args) {
  const path = fileURLToPath(new URL(`runtime/${script}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(nodes[version](), [...flags, path, ...args.map(String)], {
    encoding: "utf8",
  });
  if (status === 0) return JSON.parse(stdout);
  throw new Error(`${script} ended with ${status}: ${/^.*Error.*$/m.exec(stderr ?? "")?.[0] ?? ""}`);
}

const young = ["--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=256"];

function policyRows(version, { rounds }) {
  const { overhead, refusals } = measured(version, "policies.js", [], 3 * rounds, install(...peers));
  const { bytes, controllers } = measured(version, "garbage.js", young);
  const rows = [];
  for (const name of ["ours", "opossum", "cockatiel"]) {
    const { ns, ratio } = overhead[name];
    const of = name === "ours" ? {} : { of: name };
    const goal = name === "ours" ? overheadGoals[version] : null;
    rows.push(
      row(label("Policies around a call that resolves at once", version, of), {
        unit: "ns",
        ours: ns,
        against: overhead.bare.ns,
        ratio,
        goal,
      }),
    );
  }
  rows.push(row(label("— bytes allocated by such a call", version), { unit: "B", ours: bytes, goal: 2_000 }));
  rows.push(row(label("— AbortControllers made by 100 such calls", version), { ours: controllers, goal: 0 }));
  for (const name of ["ours", "opossum", "cockatiel"]) {
    const goal = name === "ours" ? 0.6 : null;
    const measure = label(
      "Refusal by an open breaker, beyond a bare rejection",
      version,
      name === "ours" ? {} : { of: name },
    );
    rows.push(row(measure, { unit: "µs", ours: refusals[name].extra / 1_000, goal }));
  }
  return rows;
}

function label(what, version, { of } = {}) {
  return `${what}${of === undefined ? "" : ` by ${of}`}: ${version}`;
}

async function clientRows(version, { work, rounds }) {
  const path = await clientBundle(work);
  const { onStub, loopback } = measured(version, "http.js", [], Math.max(4 * rounds + 1, 3), 200, path);
  const micro = ({ base, ours }) => ({
    unit: "µs",
    ours: ours.ns / 1_000,
    against: base.ns / 1_000,
    ratio: ours.ratio,
  });
  const extra = (what, { ours }, goal) => row(label(what, version), { unit: "µs", ours: ours.extra / 1_000, goal });
  const rows = [
    extra("Over ky on a fetch that answers at once: extra", onStub["over ky"], version === "Node 20" ? 15 : null),
    extra("Lean transport on a fetch that answers at once: extra", onStub.lean, null),
  ];
  for (const [concurrency, found] of Object.entries(loopback)) {
    const at = `loopback, ${concurrency} at a time`;
    rows.push(row(label(`Over ky, ${at}`, version), { ...micro(found["over ky"]), goal: 1.15 }));
    rows.push(row(label(`Lean transport, ${at}`, version), { ...micro(found.lean), goal: 1.1 }));
  }
  return rows;
}

/** The shop's client with what the measurement needs besides, as one module that any Node can import. */
async function clientBundle(work) {
  const folder = join(work, "runtime-client");
  const path = join(folder, "client.js");
  if (existsSync(path)) return path;
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(join(root, "node_modules/ky"), join(folder, "node_modules/ky"), "dir");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  generate(join(root, "fixtures/shop/openapi.yaml"), join(folder, "client"), "--no-mocks");
  const contents = `
    export { createApi } from "./client/index.js";
    export { fetchTransport } from "./client/runtime/index.js";
    export { default as ky } from "ky";`;
  await build({
    stdin: { contents, resolveDir: folder, loader: "ts" },
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["ky"],
    outfile: path,
  });
  return path;
}

/** What a pipeline of the core policies is made of, keys included. */
const core = [
  'export { PolicyRun } from "./pipeline/run.js"',
  'export { keys } from "./extensions/idempotency-key.js"',
  'export { Breaker } from "./policies/breaker.js"',
  'export { Budget } from "./policies/budget.js"',
  'export { Bulkhead } from "./policies/bulkhead.js"',
];

const further = {
  rateLimit: "rate-limit",
  hedge: "hedge",
  coalesce: "coalesce",
  valueFallback: "value-fallback",
  staleFallback: "stale-fallback",
  propagate: "propagate",
};

async function policySizeRows() {
  const folder = join(root, "runtime/src");
  const size = async (lines) => gzipKilobytes(await bundle(lines.join(";"), folder));
  const alone = await size(core);
  const withClock = await size([...core, 'export { systemClock } from "./clock.js"']);
  // What a client has anyway is not what a further policy adds.
  const client = [...core, 'export { buildClient } from "./client.js"', 'export { callOperation } from "./call.js"'];
  const withoutFurther = await size(client);
  const added = async (name, file) =>
    (await size([...client, `export { ${name} } from "./extensions/${file}.js"`])) - withoutFurther;
  const rows = [
    row("Policies alone: retry, budget, breaker, timeout, bulkhead, keys", { unit: "kB", ours: alone, goal: 4 }),
    row("— with the clock of the platform", { unit: "kB", ours: withClock }),
  ];
  for (const [name, file] of Object.entries(further)) {
    rows.push(row(`— ${name} beside a client`, { unit: "kB", ours: await added(name, file), goal: 1 }));
  }
  const identity = await added("identityOf", "identity");
  return [...rows, row("— identity, which coalesce and staleFallback share", { unit: "kB", ours: identity })];
}

function memoryRows() {
  const rows = [];
  for (const version of Object.keys(nodes)) {
    try {
      const [none, one] = [0, 1].map((calls) => measured(version, "memory.js", ["--expose-gc"], calls, 10_000));
      rows.push(
        row(label("State of an operation after one call", version), { unit: "B", ours: one.bytes, goal: 1_024 }),
        row(label("— timers", version), { ours: one.timers, goal: 0 }),
        row(label("— before its first call", version), {
          unit: "B",
          ours: wholeObjects(none.bytes),
          goal: 0,
        }),
      );
    } catch (error) {
      rows.push(skipped(label("State of an operation", version), error.message));
    }
  }
  return rows;
}

/** What is less than the smallest object is the measurement's own. */
function wholeObjects(bytes) {
  return bytes < 16 ? 0 : bytes;
}
