// What the documentation writes under x-resilience must be right: read, and refused where it makes no sense, like any
// other document.
import { readdirSync, readFileSync } from "node:fs";
import yaml from "js-yaml";
import { expect, test } from "vitest";
import { backoffMs } from "../runtime/src/policies/backoff.js";
import { defaults } from "../runtime/src/policies/defaults.js";
import { resolved, told } from "../tests/support/stages.js";
import { isRecord } from "./diagnostics/index.js";
import { timeText, trim } from "./explain/words.js";
import { type PresetName, presetValues, unrepeatableTotal } from "./policies/presets.js";

const docs = new URL("../docs/", import.meta.url);

/** The YAML of a page that is a part of an OpenAPI document: it has paths, or policies of its root. */
function partsOf(page: string): Record<string, unknown>[] {
  const fences = [...readFileSync(new URL(page, docs), "utf8").matchAll(/^( *)```yaml\n(.*?)^ *```/gms)];
  return fences.flatMap(([, indent = "", text = ""]) => {
    const part = yaml.load(text.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
    return isRecord(part) && Object.keys(part).every((key) => key === "paths" || key === "x-resilience") ? [part] : [];
  });
}

/** A whole document around a part, with an operation that reads where the part has none. */
function documentWith({ paths = {}, ...root }: Record<string, unknown>): object {
  const responses = { "200": { description: "ok", content: { "application/json": {} } } };
  const items = Object.entries({ "/other": { get: {} }, ...(paths as object) }).map(([path, item]) => {
    const members = Object.entries(item as object).map(([name, member]) => [
      name,
      name === "x-resilience" ? member : { responses, ...(member as object) },
    ]);
    return [path, Object.fromEntries(members)];
  });
  return { openapi: "3.1.0", info: { title: "Docs", version: "1" }, ...root, paths: Object.fromEntries(items) };
}

/** Its fences show a mistake and its fix in one. */
const showsMistakes = "problems.md";

const parts = readdirSync(docs)
  .filter((name) => name.endsWith(".md") && name !== showsMistakes)
  .flatMap((page) => partsOf(page).map((part, index) => [`${page}, ${index + 1}`, part] as const));

test("there are some", () => {
  expect(parts.length).toBeGreaterThan(8);
});

test.each(parts)("%s", async (_, part) => {
  const { problems } = await resolved(documentWith(part));
  expect(told(problems)).toEqual([]);
});

const textOf = (page: string): string => readFileSync(new URL(page, docs), "utf8").replaceAll(/\s+/g, " ");
const value = (preset: PresetName, name: string): number => Number(presetValues(preset).get(name));
const time = (preset: PresetName, name: string): string => timeText(value(preset, name));

test("the numbers of the page on policies are the defaults", () => {
  const standard = (name: string): string => time("standard", name);
  const { retry, budget, breaker, bulkhead, rateLimit, hedge } = defaults;
  const pauses = [1, 2, 3].map((number) => backoffMs(number, { ...retry.backoff, jitter: "none" }, () => 0));
  const page = textOf("policies.md");
  for (const sentence of [
    `${standard("timeout.attempt")} per attempt, ${standard("timeout.total")} total, ${standard("timeout.idle")} of silence`,
    `no attempt timeout and ${timeText(unrepeatableTotal)} total`,
    `${retry.maxRetries} retries, after at most ${pauses.slice(0, -1).join(", ")}, and ${pauses.at(-1)} ms`,
    `${trim(100 * budget.ratio)}% and ${budget.minPerSecond} per second, with a burst of ${timeText(budget.burst)}`,
    `${trim(100 * breaker.failureRate)}% of the attempts within ${timeText(breaker.window as number)}, at least ${breaker.minimumCalls} calls`,
    `cool-downs from ${timeText(breaker.cooldown)} to ${timeText(breaker.cooldownMax)}`,
    `${bulkhead.concurrency} concurrent attempts, ${bulkhead.queue} queued for up to ${timeText(bulkhead.queueTimeout)}`,
    `${rateLimit.calls} per second for each service`,
    `after ${timeText(hedge.after)}, once`,
    `${value("standard", "maxResponse") / 1e6} MB`,
  ]) {
    expect(page).toContain(sentence);
  }
});

test("the numbers of the README are the defaults", () => {
  const { retry, breaker, bulkhead } = defaults;
  const readme = textOf("../README.md");
  for (const sentence of [
    `up to ${retry.maxRetries} retries with full jitter`,
    `${time("standard", "timeout.attempt")} per attempt and ${time("standard", "timeout.total")} total`,
    `An operation that can't be retried has ${timeText(unrepeatableTotal)} total`,
    `of the last ${timeText(breaker.window as number)} failed, over at least ${breaker.minimumCalls} distinct calls`,
    `one probe through after ${timeText(breaker.cooldown)}, at most ${timeText(breaker.cooldownMax)} after`,
    `${bulkhead.concurrency} concurrent attempts per operation; ${bulkhead.queue} more wait for up to ${timeText(bulkhead.queueTimeout)}`,
  ]) {
    expect(readme).toContain(sentence);
  }
});

test("the numbers of the page on scenarios are those of the presets", () => {
  const page = textOf("scenarios.md");
  const retries = { 1: "one retry", 2: "two retries", 3: "three retries" };
  const retriesOf = (preset: PresetName): string => retries[value(preset, "retry.maxRetries") as 1 | 2 | 3];
  for (const sentence of [
    `has ${retriesOf("standard")} within ${time("standard", "timeout.total")}`,
    `${retriesOf("high-traffic")} within a budget, one breaker and one bulkhead of ${value("high-traffic", "bulkhead.concurrency")} slots`,
    `${retriesOf("serverless")}, and ${time("serverless", "timeout.total")} total. Its breaker opens after ${value("serverless", "breaker.minimumCalls")} calls`,
    `retries twice within a small budget (${trim(100 * value("microservices", "retry.budget.ratio"))}% and 1 per second)`,
  ]) {
    expect(page).toContain(sentence);
  }
  expect(value("microservices", "retry.maxRetries")).toBe(2);
  expect(value("microservices", "retry.budget.minPerSecond")).toBe(1);
  expect(value("internal", "retry.maxRetries")).toBe(1);
  expect(value("internal", "retry.backoff.initial")).toBe(500);
});
