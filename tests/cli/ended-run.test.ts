import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, start } from "../support/command.js";
import { folderWith } from "../support/folders.js";
import { smallShop } from "../support/small-shop.js";

/** Loaded before the command: it stands still at its third move, and says so. */
const stall = `import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
const { rename } = fs;
let moves = 0;
fs.rename = (...args) => {
  if (++moves !== 3) return rename(...args);
  process.stderr.write("moving\\n");
  return new Promise(() => setInterval(() => {}, 1_000));
};
syncBuiltinESMExports();
`;

test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
  "a run that is ended by %s while it writes is repaired at once by the next",
  async (signal) => {
    const folder = await folderWith({ "shop.yaml": smallShop, "stall.mjs": stall });
    const args = ["shop.yaml", "-o", "client", "--no-mocks"];
    const first = start(args, { cwd: folder, env: { NODE_OPTIONS: `--import=${join(folder, "stall.mjs")}` } });
    await first.saw(/moving/);
    first.child.kill(signal);
    await first.ended;
    const staging = (await readdir(join(folder, "client"))).filter((name) => name.startsWith(".resil-gen-"));
    expect(staging).toHaveLength(signal === "SIGKILL" ? 1 : 0);
    expect((await run([...args, "--check"], { cwd: folder })).code).toBe(1);
    await writeFile(join(folder, "shop.yaml"), smallShop);
    expect((await run(args, { cwd: folder })).code).toBe(0);
    expect((await run([...args, "--check"], { cwd: folder })).code).toBe(0);
    expect((await readdir(join(folder, "client"))).filter((name) => name.startsWith("."))).toEqual([]);
  },
);
