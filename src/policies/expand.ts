import { durationMs } from "../../runtime/src/base/duration.js";
import { isRecord } from "../diagnostics/index.js";

/** A value that is taken as it is read. */
interface LeafShape {
  readonly read: (value: unknown) => unknown;
}

/** A group of values. */
interface SectionShape {
  readonly members: Readonly<Record<string, Shape>>;
  /** Whether the group as a whole is on or off. */
  readonly canSwitch: boolean;
  /** The member that a plain value stands for. */
  readonly short?: string;
  /** What `true` sets beside switching on. */
  readonly whenTrue?: Readonly<Record<string, unknown>>;
}

type Shape = LeafShape | SectionShape;

const plain: LeafShape = { read: (value) => value };
const duration: LeafShape = { read: (value) => (typeof value === "boolean" ? value : durationMs(value)) };
const bytes: LeafShape = { read: bytesOf };
const header = (name: string): LeafShape => ({ read: (value) => (value === true ? name : value) });
const span: LeafShape = { read: (value) => (isRecord(value) ? value : durationMs(value)) };

const group = (members: SectionShape["members"], short?: string): SectionShape =>
  short === undefined ? { members, canSwitch: false } : { members, canSwitch: false, short };
const policy = (members: SectionShape["members"], short?: string): SectionShape => ({
  ...group(members, short),
  canSwitch: true,
});

/** The form of `x-resilience`, short forms included. */
const shape: SectionShape = group({
  safe: plain,
  responses: plain,
  timeout: group({ attempt: duration, total: duration, idle: duration }, "attempt"),
  retry: policy(
    {
      maxRetries: plain,
      backoff: group({ initial: duration, factor: plain, max: duration, jitter: plain }, "initial"),
      on: plain,
      retryAfter: plain,
      budget: policy({ ratio: plain, minPerSecond: plain }),
    },
    "maxRetries",
  ),
  breaker: policy({
    window: span,
    failureRate: plain,
    minimumCalls: plain,
    slowCall: policy({ duration, rate: plain }),
    cooldown: duration,
    cooldownMax: duration,
    probes: plain,
    scope: plain,
    shared: plain,
    critical: plain,
  }),
  bulkhead: policy({ concurrency: plain, queue: plain, queueTimeout: duration, scope: plain }, "concurrency"),
  rateLimit: policy({ calls: plain, per: duration, scope: plain }),
  hedge: policy({ after: duration, max: plain }, "after"),
  coalesce: plain,
  fallback: {
    ...policy({
      stale: duration,
      value: plain,
      message: plain,
    }),
    whenTrue: { stale: true },
  },
  maxResponse: bytes,
  idempotency: group({ key: plain, header: plain, body: plain, query: plain, format: plain, supported: plain }),
  propagate: {
    ...policy({
      deadline: header("x-request-timeout-ms"),
      retryCount: header("x-retry-count"),
      correlationId: header("x-correlation-id"),
    }),
    whenTrue: { deadline: true, retryCount: true, correlationId: true },
  },
});

/** One value of an `x-resilience` block: its dotted name, what it means, and the keys that lead to where it is written. */
export interface Setting {
  readonly name: string;
  readonly value: unknown;
  readonly path: readonly string[];
}

/** Writes out the short forms of a block that fits the JSON Schema. `preset` is not a setting. */
export function expand(block: Readonly<Record<string, unknown>>): Setting[] {
  const { preset: _preset, ...rest } = block;
  return expandSection(shape, rest, "", []);
}

function expandShape(of: Shape, value: unknown, name: string, path: readonly string[]): Setting[] {
  if ("members" in of) return expandSection(of, value, name, path);
  const read = of.read(value);
  return read === undefined ? [] : [{ name, value: read, path }];
}

function expandSection(section: SectionShape, value: unknown, name: string, path: readonly string[]): Setting[] {
  const { members, canSwitch, short, whenTrue } = section;
  if (typeof value === "boolean" && !canSwitch)
    return Object.keys(members).map((key) => ({ name: `${name}.${key}`, value, path }));
  const state: Setting[] = canSwitch ? [{ name, value: value !== false, path }] : [];
  if (typeof value === "boolean") {
    return value && whenTrue !== undefined ? [...state, ...membersOf(section, whenTrue, name, () => path)] : state;
  }
  if (isRecord(value)) return [...state, ...membersOf(section, value, name, (key) => [...path, key])];
  const member = short === undefined ? undefined : members[short];
  return member === undefined ? state : [...state, ...expandShape(member, value, `${name}.${short}`, path)];
}

function membersOf(
  { members }: SectionShape,
  values: Readonly<Record<string, unknown>>,
  name: string,
  pathOf: (key: string) => readonly string[],
): Setting[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const member = Object.hasOwn(members, key) ? members[key] : undefined;
    return member === undefined ? [] : expandShape(member, value, name === "" ? key : `${name}.${key}`, pathOf(key));
  });
}

const byteUnits: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

function bytesOf(value: unknown): unknown {
  const match = typeof value === "string" ? /^([\d.]+) ?(B|kB|MB|GB)$/.exec(value) : null;
  return match === null ? value : Math.round(Number(match[1]) * (byteUnits[match[2] ?? ""] ?? 1));
}
