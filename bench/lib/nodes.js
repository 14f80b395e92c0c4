// The versions of Node under which the runtime is measured: the one that runs the bench, and a newer one from npm.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { install } from "./cache.js";
import { node } from "./measure.js";

/** By the name that rows have. Each gives the path of a binary, or throws where npm does not bring it. */
export const nodes = { "Node 20": () => node, "Node 24": () => installedNode("24") };

/** Where install scripts do not run, the package of the platform has the binary. */
function installedNode(version) {
  const usual = join(install(`node@${version}`), "node/bin/node");
  if (existsSync(usual)) return usual;
  const platform = `node-${process.platform}-${process.arch}`;
  return join(install(`${platform}@${version}`), platform, "bin/node");
}
