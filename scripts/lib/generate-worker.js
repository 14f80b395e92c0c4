// A process that generates one client after the other, as it is told: `{ input, output }` in, what came of it out.
import { generate } from "../../dist/src/index.js";

process.on("message", async ({ input, output }) => {
  try {
    const { summary, problems } = await generate({ input, output, runtime: "package" });
    process.send({ operations: summary?.operations ?? 0, warnings: problems.length });
  } catch (error) {
    const found = error.problems?.find(({ severity }) => severity === "error");
    process.send({ failure: found === undefined ? `crash: ${error.stack}` : `${found.code} ${found.message}` });
  }
});
