import type { Problems, Spot } from "../diagnostics/index.js";
import type { SpecOperation } from "../load/index.js";
import type { Leaves, OperationPolicies, ResolvedPolicies } from "../policies/index.js";

interface Written {
  readonly at: Spot;
  readonly message: string;
  isEffective: boolean;
}

/** Notes explicit settings that have no effect on any of the operations that they apply to. */
export function noteWithoutEffect(policies: ResolvedPolicies, problems: Problems): void {
  const known = new Map<string, Written>();
  for (const [operation, decided] of policies) {
    for (const [name, { origin }] of decided.leaves) {
      if (origin.at === undefined || origin.isForeign) continue;
      const why = whyIdle(name, operation, decided);
      const key = `${name} ${origin.at.file.url}#${origin.at.path.join("/")}`;
      const written = known.get(key);
      if (written !== undefined) written.isEffective ||= why === undefined;
      else
        known.set(key, { at: origin.at, message: `'${name}' has no effect: ${why}.`, isEffective: why === undefined });
    }
  }
  for (const { at, message, isEffective } of known.values()) {
    if (!isEffective) problems.add("noEffect", message, "Remove it, or turn on the policy that it belongs to.", at);
  }
}

/** Why a value has no effect on an operation; `undefined` if it has one. */
function whyIdle(
  name: string,
  operation: SpecOperation,
  { leaves, kind, policies }: OperationPolicies,
): string | undefined {
  const off = ancestorsOf(name).find((ancestor) => leaves.get(ancestor)?.value === false);
  if (off !== undefined) return `'${off}' is off`;
  if (name === "safe") return saysNothingNew(operation, leaves.get(name)?.value === true);
  if (name.startsWith("idempotency.")) return whyNoKey(name, kind === "safe", leaves);
  const maxRetries = leaves.get("retry")?.value === false ? 0 : leaves.get("retry.maxRetries")?.value;
  if (maxRetries === 0 && (/^retry\./.test(name) || /^hedge\b/.test(name)) && name !== "retry.maxRetries")
    return "there are no retries";
  if (name === "retry.backoff.factor" && maxRetries === 1) return "with a single retry there is only one delay";
  if (name === "timeout.idle" && !policies.streaming)
    return "only streams, uploads, and downloads have an idle timeout";
  if (name === "bulkhead.queueTimeout" && leaves.get("bulkhead.queue")?.value === 0) return "there is no queue";
  return undefined;
}

/** `retry.backoff.max` → `retry.backoff`, `retry`. */
function ancestorsOf(name: string): string[] {
  const keys = name.split(".");
  return keys.slice(1).map((_, index) => keys.slice(0, keys.length - 1 - index).join("."));
}

function saysNothingNew({ method }: SpecOperation, isSafe: boolean): string | undefined {
  const isSafeAnyway = ["GET", "HEAD", "OPTIONS", "QUERY"].includes(method);
  if (isSafe !== isSafeAnyway) return undefined;
  return isSafe ? `${method} is safe already` : `${method} isn't safe anyway`;
}

function whyNoKey(name: string, isSafe: boolean, leaves: Leaves): string | undefined {
  if (isSafe) return "read-only operations take no idempotency key";
  return name !== "idempotency.key" && leaves.get("idempotency.key")?.value === "none"
    ? "'idempotency.key' is 'none'"
    : undefined;
}
