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
CPU time per call within one process, subjects in turns; the ratio is the median of the ratios within a round.
Around a function that resolves at once: retry, breaker, attempt timeout and bulkhead of every library, against the bare
function; ${peers.join(" and ")} are given the same policies as far as they have them (opossum has neither retry nor
queue), and stand in the place of ours in their rows. A refusal is one by an open breaker that nobody observes, its
error included, against a function that rejects with an error that is there already. A generated client is compared with
ky (or, with the lean transport, with fetch) given the same headers, an \`AbortController\` and a timer, decoding the same
JSON; on a stub that answers at once, and over loopback. Sizes are of minified bundles after gzip.

What the figures are made of, and what keeps the rows that miss their goal from it, by profile:

- A refusal is mostly the error itself. On Node 20, by itself and with nothing else going on: 0.2 µs for an \`Error\` that
  captures nothing, 0.06 for its one-line \`stack\`, 0.13 for the Date of \`retryAt\`, 0.06 for the clock, 0.03 for the
  message, 0.07 for the way to the breaker, 0.1 for the promise: 0.7 µs together (0.5 on Node 24). It carries what a
  refusal of a peer does not: when to try again, whether anything was sent, how long it took. A generated client's whole
  refusal, with its request built and checked, takes about 3 µs.
- On a stub a generated client with the lean transport adds about 2 µs to a bare fetch, over loopback 30 to 45: the same
  instructions. Between two answers of a server the engine and the system run other code, so that ours is no longer in
  the caches, and after some thousand calls it is not yet compiled as well as after a hundred thousand. A redirect policy,
  a reader instead of \`json()\`, the timers and the credentials were each taken away for a trial: none changes it by more
  than the noise. On a machine that is busy with other things it grows more than what it is compared with: run it on an
  idle one.
- ky alone takes ten times as long on a stub as a bare fetch (Node 20: some 200 µs against 15 to 20), mostly for requests
  and signals that the garbage collector has to follow. What a client adds to that, by the lean transport's row a few
  µs, is less than it varies from one round to the next: the row over ky says little there, of either sign.
- What a policy adds beside a client has in it all that it alone needs. For \`coalesce\` and \`staleFallback\` that is also
  who makes the call, so that no answer gets to somebody else (\`identity\`): a third of \`staleFallback\`, and in a bundle
  once. The rest of it is RFC 9111's rules for what may be kept, a cache bounded by number and bytes, and what both
  fallbacks share: which failures are transient.
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
