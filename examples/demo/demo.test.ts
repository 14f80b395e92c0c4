import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("run.js", import.meta.url));

test("the demo plays its six scenes, and every claim in them holds", () => {
  // In continuous integration too a pipe is no terminal: no colors.
  const env = { ...process.env, CI: "true" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8", env });
  expect(stderr).toBe("");
  for (const text of [
    "1. A GET survives two 503s",
    "2. A POST whose answer is lost is executed once",
    "3. Retry-After is obeyed",
    "4. A breaker opens, refuses without the network, and closes after its probe",
    "5. A bulkhead refuses what exceeds its queue",
    "6. An operation that hangs is ended by its own timeout",
    "6 scenes: every claim holds",
  ]) {
    expect(stdout).toContain(text);
  }
  expect(stdout).not.toContain("✘");
  expect(stdout).not.toContain("\u001b");
  expect(status).toBe(0);
});

test("a claim that does not hold is counted", async () => {
  const timeline = new URL("timeline.js", import.meta.url).href;
  const text = `import { claim, summary } from ${JSON.stringify(timeline)}; claim(false, "pigs fly"); process.exit(summary());`;
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", text], { encoding: "utf8" });
  expect(stdout).toContain("✘ pigs fly");
  expect(status).toBe(1);
});
