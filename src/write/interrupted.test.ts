import { readdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { folderWith } from "../../tests/support/folders.js";
import { Problems, SpecError } from "../diagnostics/index.js";
import { disk } from "./disk.js";
import { type WriteReport, write } from "./index.js";

type Files = Readonly<Record<string, string>>;
type Operation = keyof typeof disk;

// Each differs from the others in every way: files that stay, change, come and go, with their folders.
const first: Files = {
  "index.ts": "1",
  "a/gone.ts": "1",
  "a/b/deep.ts": "1",
  "kept.ts": "same",
  "operations/x.ts": "1",
};
const second: Files = { "index.ts": "2", "operations/x.ts": "2", "new/y.ts": "2", "kept.ts": "same" };
const third: Files = { "index.ts": "3", "a/gone.ts": "3", "new/z.ts": "3", "kept.ts": "same" };
const mine = { "mine.ts": "mine", "a/mine.txt": "mine" };

function run(folder: string, files: Files, check = false): Promise<WriteReport> {
  const emitted = Object.entries(files).map(([path, text]) => ({ path, text }));
  const manifest = { version: "1", inputs: { document: JSON.stringify(files) }, options: "o" };
  return write(emitted, { folder, force: false, check, manifest }, new Problems());
}

/** Everything in a folder, empty folders and hidden ones too. */
async function treeOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.map(async (entry): Promise<[string, string]> => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(folder.length + 1), entry.isDirectory() ? "folder" : await readFile(path, "utf8")];
  });
  return Object.fromEntries((await Promise.all(found)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The folder as a run leaves it that nobody disturbs. */
async function cleanTree(...runs: readonly Files[]): Promise<Record<string, string>> {
  const folder = await folderWith(mine);
  for (const files of runs) await run(folder, files);
  return treeOf(folder);
}

/** Lets `instead` do the work of some operations; `undefined` lets them be done. */
function intercept(
  instead: (name: Operation, count: number, args: readonly unknown[]) => Promise<unknown> | undefined,
): void {
  let count = 0;
  for (const name of Object.keys(disk) as Operation[]) {
    const real = disk[name] as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(disk, name).mockImplementation(((...args: unknown[]) => {
      count++;
      return instead(name, count, args) ?? real(...args);
    }) as never);
  }
}

/** Runs and is killed at one operation: that one and all later ones never happen. Whether it came to that. */
async function killedAt(at: number, folder: string, files: Files): Promise<boolean> {
  const listeners = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => ({
    signal,
    known: process.listeners(signal),
  }));
  let die = (): void => {};
  const killed = new Promise<"killed">((resolve) => {
    die = () => resolve("killed");
  });
  const underWay = new Set<Promise<unknown>>();
  const real = { ...disk };
  intercept((name, count, args) => {
    if (count < at) {
      const work = (real[name] as (...args: unknown[]) => Promise<unknown>)(...args).finally(() =>
        underWay.delete(work),
      );
      underWay.add(work);
      return work;
    }
    const half = name === "writeFile" ? real.writeFile(String(args[0]), String(args[1]).slice(0, 1)) : undefined;
    if (count === at) void Promise.allSettled([...underWay, half]).then(die);
    return new Promise(() => {});
  });
  const outcome = await Promise.race([killed, run(folder, files)]);
  vi.restoreAllMocks();
  // What the process would have taken with it.
  for (const { signal, known } of listeners) {
    for (const listener of process.listeners(signal))
      if (!known.includes(listener)) process.removeListener(signal, listener);
  }
  const longAgo = Date.now() / 1000 - 120;
  for (const name of await readdir(folder))
    if (name.startsWith(".resil-gen-")) await utimes(join(folder, name), longAgo, longAgo);
  return outcome === "killed";
}

/** Does something for each operation of a run, until one comes to its end. */
async function atEachOperation(work: (at: number) => Promise<boolean>, first = 1, step = 1): Promise<number> {
  onTestFinished(() => void vi.restoreAllMocks());
  let at = first;
  while (await work(at)) at += step;
  return at - 1;
}

describe("a run that is killed at any operation", () => {
  test("leaves what the next run repairs, whatever that one writes, and nothing else remains", async () => {
    const expected = { same: await cleanTree(second), other: await cleanTree(third), back: await cleanTree(first) };
    const operations = await atEachOperation(async (at) => {
      let isKilled = false;
      for (const [name, files] of Object.entries({ same: second, other: third, back: first }) as [
        keyof typeof expected,
        Files,
      ][]) {
        const folder = await folderWith(mine);
        await run(folder, first);
        isKilled = await killedAt(at, folder, second);
        await run(folder, files);
        expect(await treeOf(folder), `killed at ${at}, then ${name}`).toEqual(expected[name]);
      }
      return isKilled;
    });
    expect(operations).toBeGreaterThan(40);
  });

  test("in a new folder too", async () => {
    const expected = await cleanTree(third);
    await atEachOperation(async (at) => {
      const folder = await folderWith(mine);
      const isKilled = await killedAt(at, folder, second);
      await run(folder, third);
      expect(await treeOf(folder), `killed at ${at}`).toEqual(expected);
      return isKilled;
    });
  });

  test("is seen by --check, which repairs nothing", async () => {
    const whole = await cleanTree(first, second);
    await atEachOperation(async (at) => {
      const folder = await folderWith(mine);
      await run(folder, first);
      const isKilled = await killedAt(at, folder, second);
      const before = await treeOf(folder);
      const { changes, written, removed } = await run(folder, second, true);
      const isRight = JSON.stringify(before) === JSON.stringify(whole);
      expect(changes.length === 0, `killed at ${at}: ${JSON.stringify(changes)}`).toBe(isRight);
      expect(written.length + removed.length > 0).toBe(!isRight);
      expect(await treeOf(folder)).toEqual(before);
      return isKilled;
    });
  });

  test("may be followed by one that is killed as well", async () => {
    const expected = await cleanTree(first);
    for (const one of [24, 33, 42]) {
      await atEachOperation(
        async (at) => {
          const folder = await folderWith(mine);
          await run(folder, first);
          await killedAt(one, folder, second);
          const isKilled = await killedAt(at, folder, third);
          await run(folder, first);
          expect(await treeOf(folder), `killed at ${one}, then at ${at}`).toEqual(expected);
          return isKilled;
        },
        one % 5,
        5,
      );
    }
  });
});

describe("a run that fails at any operation", () => {
  const failure = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });

  test.each(["EACCES", "ENOSPC"])("%s leaves the folder as it was, or is done", async (code) => {
    await atEachOperation(async (at) => {
      const folder = await folderWith(mine);
      await run(folder, first);
      const before = await treeOf(folder);
      let isReached = false;
      intercept((name, count) => {
        isReached ||= count === at;
        return count === at ? Promise.reject(failure(code, name)) : undefined;
      });
      const outcome = await run(folder, second).catch((cause: unknown) => cause);
      vi.restoreAllMocks();
      if (outcome instanceof Error) {
        expect(outcome, `at ${at}`).toBeInstanceOf(SpecError);
        expect(withoutStaging(await treeOf(folder)), `at ${at}`).toEqual(before);
      } else await expectWhole(folder);
      return isReached;
    });
  });

  test("because the disk is full and stays so, likewise", async () => {
    await atEachOperation(async (at) => {
      const folder = await folderWith(mine);
      await run(folder, first);
      const before = await treeOf(folder);
      let isReached = false;
      intercept((name, count) => {
        isReached ||= count >= at;
        const isGrowing = ["writeFile", "copyFile", "mkdir", "mkdtemp", "link"].includes(name);
        return count >= at && isGrowing ? Promise.reject(failure("ENOSPC", name)) : undefined;
      });
      const outcome = await run(folder, second).catch((cause: unknown) => cause);
      vi.restoreAllMocks();
      if (outcome instanceof Error) expect(withoutStaging(await treeOf(folder)), `at ${at}`).toEqual(before);
      else await expectWhole(folder);
      return isReached;
    });
  });

  test("in a folder that was not there leaves none", async () => {
    await atEachOperation(async (at) => {
      const parent = await folderWith({ "mine.ts": "mine" });
      let isReached = false;
      intercept((name, count) => {
        isReached ||= count === at;
        return count === at ? Promise.reject(failure("EIO", name)) : undefined;
      });
      const outcome = await run(join(parent, "deep/client"), second).catch((cause: unknown) => cause);
      vi.restoreAllMocks();
      const tree = await treeOf(parent);
      // Its own folder could not be removed, where that is what failed.
      const isStaging = Object.keys(tree).some((path) => path.includes(".resil-gen-"));
      if (outcome instanceof Error && !isStaging) expect(tree, `at ${at}`).toEqual({ "mine.ts": "mine" });
      return isReached;
    });
  });

  async function expectWhole(folder: string): Promise<void> {
    const tree = withoutStaging(await treeOf(folder));
    expect(Object.fromEntries(Object.keys(second).map((path) => [path, tree[path]]))).toEqual(second);
  }

  /** A writer's folder that could not be removed is removed by the next run. */
  function withoutStaging(tree: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.startsWith(".resil-gen-")));
  }
});
