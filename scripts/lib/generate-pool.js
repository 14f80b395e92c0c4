// Generates many clients at once in a few processes; one that hangs or dies takes its own document with it only.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("generate-worker.js", import.meta.url));

/** A pool of processes; `run` gives what came of one document. */
export function generatePool(size, { timeoutMs = 300_000, heapMb = 4_000 } = {}) {
  const idle = [];
  const waiting = [];
  const start = () => fork(script, { execArgv: [`--max-old-space-size=${heapMb}`] });

  const take = async () => idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const give = (worker) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  for (let count = 0; count < size; count++) idle.push(start());

  async function run(job) {
    const worker = await take();
    const startedAt = performance.now();
    const result = await new Promise((resolve) => {
      const timer = setTimeout(() => {
        worker.kill("SIGKILL");
        done({ failure: `took longer than ${timeoutMs / 1000} s`, isLost: true });
      }, timeoutMs);
      const onExit = (code, signal) => done({ failure: `the process ended with ${code ?? signal}`, isLost: true });
      const done = (message) => {
        clearTimeout(timer);
        worker.off("message", done);
        worker.off("exit", onExit);
        resolve(message);
      };
      worker.on("message", done);
      worker.on("exit", onExit);
      worker.send(job);
    });
    give(result.isLost ? start() : worker);
    return { ...result, seconds: (performance.now() - startedAt) / 1000 };
  }

  function end() {
    for (const worker of idle) worker.kill();
  }

  return { run, end };
}
