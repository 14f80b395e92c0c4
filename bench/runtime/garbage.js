// node --expose-gc --max-semi-space-size=256 garbage.js
//
// What a call around a function that resolves at once allocates. Not measured together with its time: a young generation
// that holds all of it is memory which the system must bring first, and that costs more than the calls. Prints JSON.
import { createPipeline, policy } from "./adapter.js";
import { bytesPerCall } from "./turns.js";

const work = async () => 1;

/** AbortControllers that calls make which nobody aborts. */
async function controllers() {
  const Original = globalThis.AbortController;
  let made = 0;
  globalThis.AbortController = class extends Original {
    constructor() {
      super();
      made++;
    }
  };
  const run = createPipeline(policy);
  for (let call = 0; call < 100; call++) await run(work);
  globalThis.AbortController = Original;
  return made;
}

const run = createPipeline(policy);
// As in a process that has been up for a while, whose calls the engine has compiled.
for (let call = 0; call < 100_000; call++) await run(work);
console.log(JSON.stringify({ controllers: await controllers(), bytes: await bytesPerCall(() => run(work)) }));
process.exit(0);
