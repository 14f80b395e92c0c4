// Loaded into a measured program before its own code: at the end it writes the CPU time that its process has taken, all
// threads of it, and the most memory that it had, into the file that CPU_REPORT names. Programs that it starts do the same.
const { appendFileSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    appendFileSync(process.env.CPU_REPORT, `${userCPUTime + systemCPUTime} ${maxRSS}\n`);
  });
}
