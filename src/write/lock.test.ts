import { mkdir, readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { contentsOf, folderWith } from "../../tests/support/folders.js";
import { told } from "../../tests/support/stages.js";
import { Problems, SpecError } from "../diagnostics/index.js";
import { disk } from "./disk.js";
import { isUpToDate, readManifest, type WriteReport, write } from "./index.js";
import { type Lock, type LockClock, lockFolder } from "./lock.js";

/** Time that passes only by waiting; `whileWaiting` happens in each wait. */
function virtualClock(whileWaiting: (waited: number) => Promise<void> = async () => {}): LockClock {
  const startedAt = Date.now();
  let waited = 0;
  return {
    now: () => startedAt + waited,
    sleep: async (ms) => {
      waited += ms;
      await whileWaiting(waited);
    },
  };
}

async function locked(folder: string, clock = virtualClock()): Promise<Lock> {
  const lock = await lockFolder(folder, clock);
  if (!("release" in lock)) throw new Error("somebody else has it");
  return lock;
}

const one = { "index.ts": "1", "operations/a.ts": "1" };
const two = { "index.ts": "2" };

function run(
  folder: string,
  files: Readonly<Record<string, string>>,
  clock?: LockClock,
  check = false,
): Promise<WriteReport> {
  const emitted = Object.entries(files).map(([path, text]) => ({ path, text }));
  const manifest = { version: "1", inputs: { document: "d" }, options: "o" };
  const timing = clock === undefined ? {} : { clock };
  return write(emitted, { folder, force: false, check, manifest, ...timing }, new Problems());
}

async function refusal(work: Promise<unknown>): Promise<string[]> {
  const error: unknown = await work.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(SpecError);
  return told({ list: [...(error as SpecError).problems] });
}

/** The name of the writer's folder of a process of this machine, or of another machine. */
async function writerName(pid: number, isHere = true): Promise<string> {
  const folder = await folderWith();
  const lock = await locked(folder);
  const [name = ""] = await readdir(folder);
  await lock.release();
  return name.replace(`-${process.pid}-`, `-${pid}-`).replace(/gen-\w{8}/, (own) => (isHere ? own : "gen-00000000"));
}

/** A number that no process has. */
const nobody = 2 ** 22 + 1;

async function writerIn(folder: string, pid: number, { isHere = true, secondsAgo = 0 } = {}): Promise<string> {
  const name = await writerName(pid, isHere);
  await mkdir(join(folder, name, "new"), { recursive: true });
  const at = Date.now() / 1000 - secondsAgo;
  await utimes(join(folder, name), at, at);
  return name;
}

describe("one writer per folder", () => {
  test("of many that come at once one has the lock at a time, and all have it in the end", async () => {
    const folder = await folderWith();
    let holders = 0;
    let most = 0;
    const clock: LockClock = { now: () => 0, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 20)) };
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await locked(folder, { ...clock, now: Date.now });
        most = Math.max(most, ++holders);
        await clock.sleep(20);
        holders--;
        await lock.release();
      }),
    );
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("a second run waits, and writes where the first one has written nothing", async () => {
    const folder = await folderWith();
    const lock = await locked(folder);
    const waiting = run(
      folder,
      one,
      virtualClock(async (waited) => (waited > 5_000 ? lock.release() : undefined)),
    );
    expect((await waiting).written).toEqual(["index.ts", "operations/a.ts"]);
  });

  test("a second run is done where the first one has written the same", async () => {
    const folder = await folderWith();
    const lock = await locked(folder);
    const clock = virtualClock(async () => {
      await lock.release();
      await run(folder, one);
    });
    expect(await run(folder, one, clock)).toMatchObject({ written: [], unchanged: 2 });
  });

  test("a second run does not write over what the first one has written meanwhile, and names it", async () => {
    const folder = await folderWith();
    const lock = await locked(folder);
    let isWritten = false;
    const clock = virtualClock(async () => {
      if (isWritten) return;
      isWritten = true;
      await lock.release();
      await run(folder, two);
    });
    expect(await refusal(run(folder, one, clock))).toEqual([
      expect.stringMatching(`RG4005 Another run \\(process ${process.pid}\\) wrote different files to ${folder}`),
    ]);
    expect(await contentsOf(folder)).toMatchObject(two);
  });

  test("a second run gives up after 10 s, names the first one and changes nothing", async () => {
    const folder = await folderWith();
    await run(folder, two);
    const lock = await locked(folder);
    const before = await contentsOf(folder);
    let waited = 0;
    const clock = virtualClock(async (all) => {
      waited = all;
    });
    expect(await refusal(run(folder, one, clock))).toEqual([
      expect.stringMatching(`RG4005 Another run \\(process ${process.pid}\\) is writing ${folder}`),
    ]);
    expect(waited).toBeGreaterThanOrEqual(10_000);
    expect(waited).toBeLessThan(11_000);
    expect(await contentsOf(folder)).toEqual(before);
    await lock.release();
  });

  test("a second run is done after 10 s where the bytes are right all the same", async () => {
    const folder = await folderWith();
    await run(folder, one);
    const lock = await locked(folder);
    expect(await run(folder, one, virtualClock())).toMatchObject({ written: [], unchanged: 2 });
    await lock.release();
  });

  test("--check waits for nobody", async () => {
    const folder = await folderWith();
    await run(folder, one);
    const lock = await locked(folder);
    const never = virtualClock(() => Promise.reject(new Error("waited")));
    expect(await run(folder, one, never, true)).toMatchObject({ written: [], removed: [], differences: "" });
    await lock.release();
  });
});

describe("a lock is stale", () => {
  test("when its process is no more", async () => {
    const folder = await folderWith();
    await writerIn(folder, nobody);
    await run(
      folder,
      one,
      virtualClock(() => Promise.reject(new Error("waited"))),
    );
    expect(Object.keys(await contentsOf(folder)).sort()).toEqual(["index.ts", "operations/a.ts", "resil-gen.json"]);
  });

  test.each([
    ["its process's number is somebody else's", process.pid, true],
    ["it is of another machine", nobody, false],
  ])("after 60 s without a sign of life, where %s", async (_case, pid, isHere) => {
    const folder = await folderWith();
    await writerIn(folder, pid, { isHere, secondsAgo: 61 });
    await run(
      folder,
      one,
      virtualClock(() => Promise.reject(new Error("waited"))),
    );
    expect(Object.keys(await contentsOf(folder)).sort()).toEqual(["index.ts", "operations/a.ts", "resil-gen.json"]);
  });

  test.each([
    [process.pid, true],
    [nobody, false],
  ])("and not before", async (pid, isHere) => {
    const folder = await folderWith();
    const name = await writerIn(folder, pid, { isHere, secondsAgo: 45 });
    expect(await refusal(run(folder, one, virtualClock()))).toEqual([expect.stringContaining(`process ${pid}`)]);
    expect(await readdir(folder)).toEqual([name]);
  });

  test("never while its writer gives signs of life", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const beats = vi.spyOn(disk, "utimes");
    const folder = await folderWith();
    const lock = await locked(folder, { now: () => Date.now(), sleep: async () => {} });
    for (let second = 0; second < 120; second += 10) {
      vi.advanceTimersByTime(10_000);
      await Promise.all(beats.mock.results.map(({ value }) => value));
    }
    const later = { now: () => Date.now(), sleep: async (ms: number) => void vi.setSystemTime(Date.now() + ms) };
    expect(await lockFolder(folder, later)).toMatchObject({ pid: process.pid, isHere: true });
    beats.mockRestore();
    await lock.release();
  });
});

describe("what a killed run leaves", () => {
  const identity = { version: "1", options: "o", url: "file:///d", hash: "d" };

  test("is seen where nothing else has to be done", async () => {
    const folder = await folderWith();
    await run(folder, one);
    expect(isUpToDate(folder, readManifest(folder), identity)).toBe(true);
    const name = await writerIn(folder, nobody);
    expect(isUpToDate(folder, readManifest(folder), identity)).toBe(false);
    expect((await run(folder, one, undefined, true)).changes).toEqual([{ path: name, state: "extra" }]);
    await run(folder, one);
    expect((await readdir(folder)).sort()).toEqual(["index.ts", "operations", "resil-gen.json"]);
  });

  test("is told from folders of others with such a name", async () => {
    const folder = await folderWith({ ".resil-gen-cache/a.txt": "mine", ".resil-gen-1-abc/b.txt": "mine" });
    await run(folder, one);
    expect(await contentsOf(folder)).toMatchObject({
      ".resil-gen-cache/a.txt": "mine",
      ".resil-gen-1-abc/b.txt": "mine",
    });
  });
});

test("a run whose lock was taken for stale while it stood still writes nothing", async () => {
  const folder = await folderWith();
  const { rename } = disk;
  const moves = vi.spyOn(disk, "rename").mockImplementationOnce(async (from, to) => {
    for (const name of await readdir(folder))
      if (name.startsWith(".resil-gen-")) await disk.rm(join(folder, name), { recursive: true });
    return rename(from, to);
  });
  onTestFinished(() => moves.mockRestore());
  expect(await refusal(run(folder, one))).toEqual([expect.stringContaining("Another run took over")]);
  expect(await contentsOf(folder)).toEqual({});
});
