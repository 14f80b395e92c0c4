// One rule for every value: first how specific it is, then who wrote it. A reference of the rule, put down from its words
// alone, against what the generator and then the client make of random settings.
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildClient } from "../../runtime/src/client/client.js";
import { type CallResilience, withResilience } from "../../runtime/src/policies/overrides.js";
import type { Policies } from "../../runtime/src/policies/types.js";
import { getWith } from "../../tests/rig/rig.js";
import { openapi, resolved, told } from "../../tests/support/stages.js";

/** What a piece of a block means, by dotted names; a policy's own name says whether it is on. */
type Meaning = Readonly<Record<string, unknown>>;

/** A block as somebody writes it, and what it means. */
interface Written {
  readonly text: Readonly<Record<string, unknown>>;
  readonly means: Meaning;
}

const levels = ["all", "path", "operation", "call"] as const;
const sources = ["preset", "spec", "config", "client"] as const;

/** Blocks by level and source, those of presets beside them. */
type Places = Readonly<Record<string, Written | undefined>>;

// -- the reference ------------------------------------------------------------------------------------------------

const standard: Meaning = {
  "timeout.attempt": 5_000,
  "timeout.total": 15_000,
  "timeout.idle": 60_000,
  retry: true,
  "retry.maxRetries": 3,
  "retry.backoff.initial": 100,
  "retry.backoff.factor": 2,
  "retry.backoff.max": 5_000,
  "retry.backoff.jitter": "full",
  "retry.on": ["network", "timeout", 408, 421, 425, 429, 500, 502, 503, 504],
  "retry.retryAfter": true,
  "retry.budget": true,
  "retry.budget.ratio": 0.2,
  "retry.budget.minPerSecond": 3,
  "retry.budget.burst": 2_000,
  breaker: true,
  "breaker.window": 10_000,
  "breaker.failureRate": 0.5,
  "breaker.minimumCalls": 10,
  "breaker.slowCall": false,
  "breaker.slowCall.duration": 1_000,
  "breaker.slowCall.rate": 0.8,
  "breaker.cooldown": 1_000,
  "breaker.cooldownMax": 10_000,
  "breaker.probes": 1,
  "breaker.scope": "operation",
  "breaker.shared": false,
  "breaker.critical": false,
  bulkhead: true,
  "bulkhead.concurrency": 50,
  "bulkhead.queue": 200,
  "bulkhead.queueTimeout": 2_000,
  "bulkhead.scope": "operation",
  hedge: false,
  "hedge.after": 300,
  "hedge.max": 1,
  coalesce: false,
  fallback: false,
  "fallback.stale": false,
  maxResponse: 50_000_000,
};

const presets: Readonly<Record<string, Meaning>> = {
  standard,
  internal: {
    ...standard,
    "timeout.attempt": 2_000,
    "timeout.total": 5_000,
    "retry.maxRetries": 1,
    "retry.backoff.initial": 500,
    "retry.backoff.max": 500,
    "retry.backoff.jitter": "equal",
    breaker: false,
    bulkhead: false,
  },
  "high-traffic": {
    ...standard,
    "timeout.attempt": 2_000,
    "timeout.total": 5_000,
    "retry.maxRetries": 2,
    "breaker.scope": "service",
    "breaker.minimumCalls": 100,
    "bulkhead.scope": "service",
    "bulkhead.concurrency": 200,
    "bulkhead.queue": 400,
    "bulkhead.queueTimeout": 500,
    fallback: true,
    "fallback.stale": 300_000,
  },
  serverless: {
    ...standard,
    "timeout.attempt": 1_000,
    "timeout.total": 3_000,
    "retry.maxRetries": 1,
    "breaker.shared": true,
    "breaker.minimumCalls": 5,
    bulkhead: false,
    fallback: true,
    "fallback.stale": 300_000,
  },
  off: {
    ...standard,
    "timeout.attempt": false,
    "timeout.total": false,
    "timeout.idle": false,
    retry: false,
    breaker: false,
    bulkhead: false,
    maxResponse: false,
  },
};

/** Every place in the order of the rule, the weakest first. */
const order = levels.flatMap((level) => sources.map((source) => `${level} ${source}`));

/** What holds at some point: every value, and which of them somebody wrote. */
interface State {
  readonly values: ReadonlyMap<string, unknown>;
  readonly written: ReadonlySet<string>;
}

const unwritten: State = { values: new Map(Object.entries(standard)), written: new Set() };

/** What holds over a state once these places, the weakest first, have had their say. */
function reference(places: Places, among: readonly string[] = order, before: State = unwritten): State {
  const values = new Map(before.values);
  const written = new Set(before.written);
  for (const place of among) {
    for (const [name, value] of Object.entries(places[place]?.means ?? {})) {
      values.set(name, value);
      // Switched on without an age it has the usual one.
      if (name === "fallback" && places[place]?.text["fallback"] === true && values.get("fallback.stale") === false)
        values.set("fallback.stale", 300_000);
      if (place.endsWith(" preset")) written.delete(name);
      else written.add(name);
    }
  }
  const attempt = values.get("timeout.attempt");
  const raise = (name: string, times: number): void => {
    const usual = values.get(name);
    if (typeof attempt !== "number" || typeof usual !== "number" || written.has(name)) return;
    values.set(name, Math.max(usual, times * attempt));
  };
  if (written.has("timeout.attempt")) raise("timeout.total", 3);
  raise("breaker.window", 2);
  return { values, written };
}

/** The values in the form in which a client holds them. */
function policiesOf(values: ReadonlyMap<string, unknown>): object {
  const group = (prefix: string): unknown => {
    if (values.get(prefix) === false) return false;
    const members = [...values.keys()].filter(
      (name) => name.startsWith(`${prefix}.`) && !name.slice(prefix.length + 1).includes("."),
    );
    if (members.length === 0) return values.get(prefix);
    return Object.fromEntries(members.map((name) => [name.slice(prefix.length + 1), group(name)]));
  };
  const of = {
    ...Object.fromEntries([...values.keys()].filter((name) => !name.includes(".")).map((name) => [name, group(name)])),
    timeout: group("timeout"),
  } as Record<string, unknown>;
  const { retry, fallback } = of as {
    retry: false | { maxRetries: number; backoff: object };
    fallback: false | { stale: unknown };
  };
  return {
    ...of,
    retry: retry && retry.maxRetries > 0 ? { ...retry, backoff: group("retry.backoff") } : false,
    fallback: fallback && fallback.stale !== false ? fallback : false,
  };
}

// -- random settings ----------------------------------------------------------------------------------------------

/** A time in one of its forms. */
const time = (...ms: readonly number[]): fc.Arbitrary<{ text: string | number; ms: number }> =>
  fc.tuple(fc.constantFrom(...ms), fc.constantFrom("number", "ms", "s")).map(([value, unit]) => ({
    text: unit === "number" ? value : unit === "ms" ? `${value}ms` : `${value / 1_000}s`,
    ms: value,
  }));

type Member = { readonly text: unknown; readonly means: (name: string) => Meaning };

const value = <T>(...values: readonly T[]): fc.Arbitrary<Member> =>
  fc.constantFrom(...values).map((one) => ({ text: one, means: (name) => ({ [name]: one }) }));
const ms = (...values: readonly number[]): fc.Arbitrary<Member> =>
  time(...values).map(({ text, ms: meant }) => ({ text, means: (name) => ({ [name]: meant }) }));

const together = (meanings: readonly (Meaning | undefined)[]): Meaning => Object.assign({}, ...meanings) as Meaning;

/** A group: a policy that is on or off as a whole, or a section; perhaps with a short form of one member. */
function group(
  members: Readonly<Record<string, fc.Arbitrary<Member>>>,
  { short, canSwitch }: { readonly short?: string; readonly canSwitch: boolean },
): fc.Arbitrary<Member> {
  const on = (name: string): Meaning => (canSwitch ? { [name]: true } : {});
  const long = fc.record(members, { requiredKeys: [] }).map(
    (picked): Member => ({
      text: Object.fromEntries(Object.entries(picked).map(([key, member]) => [key, member?.text])),
      means: (name) => ({
        ...on(name),
        ...together(Object.entries(picked).map(([key, member]) => member?.means(`${name}.${key}`))),
      }),
    }),
  );
  const forms = [long];
  if (canSwitch) forms.push(fc.boolean().map((isOn): Member => ({ text: isOn, means: (name) => ({ [name]: isOn }) })));
  if (short !== undefined)
    forms.push(
      (members[short] as fc.Arbitrary<Member>).map(
        (member): Member => ({
          text: member.text,
          means: (name) => ({ ...on(name), ...member.means(`${name}.${short}`) }),
        }),
      ),
    );
  return fc.oneof(...forms);
}

/** Numbers that go together whatever their mixture, so that none is refused. */
const settings: Readonly<Record<string, fc.Arbitrary<Member>>> = {
  timeout: fc.oneof(
    group({ attempt: ms(700, 1_500, 6_000), total: ms(20_000, 40_000), idle: ms(5_000, 9_000) }, { canSwitch: false }),
    fc.constant<Member>({
      text: false,
      means: (name) => ({ [`${name}.attempt`]: false, [`${name}.total`]: false, [`${name}.idle`]: false }),
    }),
  ),
  retry: group(
    {
      maxRetries: value(1, 2, 4),
      backoff: group(
        { initial: ms(20, 40), factor: value(1, 3), max: ms(2_000, 4_000), jitter: value("full", "equal", "none") },
        { short: "initial", canSwitch: false },
      ),
      on: value(["network"], [503, "5XX"], ["timeout", 429]),
      retryAfter: value(true, false),
      budget: group(
        { ratio: value(0.1, 0.5), minPerSecond: value(1, 7), burst: ms(1_000, 4_000) },
        { canSwitch: true },
      ),
    },
    { short: "maxRetries", canSwitch: true },
  ),
  breaker: group(
    {
      window: ms(15_000, 25_000),
      failureRate: value(0.3, 0.9),
      minimumCalls: value(4, 8),
      slowCall: group({ duration: ms(400, 800), rate: value(0.2, 0.6) }, { canSwitch: true }),
      cooldown: ms(1_000, 2_000),
      cooldownMax: ms(8_000, 60_000),
      probes: value(2, 3),
      scope: value("operation", "service", "wards"),
      shared: value(true, false),
      critical: value(true, false),
    },
    { canSwitch: true },
  ),
  bulkhead: group(
    { concurrency: value(2, 5), queue: value(0, 7), queueTimeout: ms(100, 300), scope: value("operation", "beds") },
    { short: "concurrency", canSwitch: true },
  ),
  hedge: group({ after: ms(150, 250), max: value(1, 2) }, { short: "after", canSwitch: true }),
  coalesce: value(true, false),
  fallback: group({ stale: ms(60_000, 120_000) }, { canSwitch: true }).filter(
    ({ text }) => JSON.stringify(text) !== "{}",
  ),
  maxResponse: value(1_000, 2_000_000),
};

const blockOf = (of: typeof settings): fc.Arbitrary<Written> =>
  fc.record(of, { requiredKeys: [] }).map((picked) => {
    const entries = Object.entries(picked).filter(([, member]) => member !== undefined);
    return {
      text: Object.fromEntries(entries.map(([name, member]) => [name, member?.text])),
      means: together(entries.map(([name, member]) => member?.means(name))),
    };
  });
const preset = fc
  .constantFrom(...Object.keys(presets))
  .map((name): Written => ({ text: { preset: name }, means: presets[name] as Meaning }));

const inDocument = ["all", "path", "operation"].flatMap((level) =>
  ["preset", "spec", "config"].map((source) => `${level} ${source}`),
);
/** Switched on without an age, a fallback has the one beneath; a client cannot know which that would have been. */
const writable = blockOf(settings).filter(({ text }) => text["fallback"] !== true);
const generated: fc.Arbitrary<Places> = fc.record(
  Object.fromEntries(
    inDocument.map((place) => [place, fc.option(place.endsWith("preset") ? preset : writable, { nil: undefined })]),
  ),
);

/** The document and the configuration that hold these blocks; a preset may stand in either. */
function documentOf(places: Places, presetsInConfig: boolean): { spec: object; config: object } {
  const at = (level: string, source: "spec" | "config"): object => ({
    ...((source === "config") === presetsInConfig ? places[`${level} preset`]?.text : {}),
    ...places[`${level} ${source}`]?.text,
  });
  const spec = openapi(
    {
      "/wards/{ward}": {
        "x-resilience": at("path", "spec"),
        get: {
          operationId: "getWard",
          "x-resilience": at("operation", "spec"),
          responses: { 200: { description: "", content: { "application/json": { schema: {} } } } },
        },
      },
    },
    { "x-resilience": at("all", "spec") },
  );
  return {
    spec,
    config: { "*": at("all", "config"), "/wards/*": at("path", "config"), getWard: at("operation", "config") },
  };
}

async function decided(places: Places, presetsInConfig: boolean): Promise<Policies> {
  const { spec, config } = documentOf(places, presetsInConfig);
  const { of, problems } = await resolved(spec, undefined, config);
  expect(told(problems)).toEqual([]);
  return of("GET /wards/{ward}").policies;
}

/** What is off may also be left out. */
function whole(policies: Policies): object {
  const { timeout, retry, breaker, bulkhead, maxResponse, hedge, coalesce, fallback } = policies;
  const off = { hedge: hedge ?? false, coalesce: coalesce ?? false, fallback: fallback ?? false };
  return { timeout, retry, breaker, bulkhead, maxResponse, ...off };
}

test("document and configuration: first specificity, then source, key by key", async () => {
  await fc.assert(
    fc.asyncProperty(generated, fc.boolean(), async (places, presetsInConfig) => {
      expect(whole(await decided(places, presetsInConfig))).toEqual(policiesOf(reference(places).values));
    }),
    { numRuns: Number(process.env["PRECEDENCE_RUNS"] ?? 200) },
  );
});

const inProgram = ["all client", "operation client"];
const { timeout, retry, hedge, coalesce, fallback } = settings;
const programmed: fc.Arbitrary<Places> = fc.record({
  ...Object.fromEntries(inProgram.map((place) => [place, fc.option(blockOf(settings), { nil: undefined })])),
  "call client": fc.option(blockOf({ timeout, retry, hedge, coalesce, fallback } as typeof settings), {
    nil: undefined,
  }),
});

const switches = ["retry", "retry.budget", "breaker", "breaker.slowCall", "bulkhead", "hedge", "fallback"];

/** A client holds no numbers of what is off: switched on again, it has the usual ones. */
function forgotten(of: Places, { values, written }: State): { places: Places; state: State } {
  const isOff = (name: string): boolean =>
    switches.some((group) => name.startsWith(`${group}.`) && values.get(group) === false);
  const places = Object.entries(of).map(([place, block]) => {
    const means = Object.entries(block?.means ?? {}).filter(([name]) => !isOff(name));
    return [place, block && { ...block, means: Object.fromEntries(means) }];
  });
  return {
    places: Object.fromEntries(places) as Places,
    state: {
      values: new Map([...values].map(([name, value]) => [name, isOff(name) ? standard[name] : value])),
      written: new Set([...written].filter((name) => !isOff(name))),
    },
  };
}

/** The rule for a client: options for all operations stand beneath what the document says of a path or an operation. */
function referenceOfCall(places: Places, options: Places): State {
  const { places: known } = forgotten(places, reference(places));
  const forAll = forgotten({}, reference({ ...known, "all client": options["all client"] })).state;
  const own = forgotten({}, reference(options, ["operation client"], forAll)).state;
  return reference(options, ["call client"], own);
}

/** What a call goes by, in a client with these options. */
function inEffect(policies: Policies, places: Places): Policies {
  const operation = getWith(policies, { id: "getWard" });
  const client = buildClient(
    { contract: 1, servers: [] },
    {
      baseUrl: "https://h.example",
      resilience: places["all client"]?.text,
      operations: { getWard: places["operation client"]?.text },
    },
  );
  const own = client["~core"].policies(operation);
  const ofCall = places["call client"]?.text as CallResilience | undefined;
  return ofCall === undefined ? own : withResilience(own, ofCall);
}

test("options of the client and of the call: the same rule, over what was generated", async () => {
  await fc.assert(
    fc.asyncProperty(generated, programmed, async (places, options) => {
      const policies = inEffect(await decided(places, false), options);
      expect(whole(policies)).toEqual(policiesOf(referenceOfCall(places, options).values));
    }),
    { numRuns: Number(process.env["PRECEDENCE_RUNS"] ?? 200) },
  );
});
