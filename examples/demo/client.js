// Makes the shop's client, as a user would: generates it, type-checks it, and compiles it so that Node can import it.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { typecheck } from "../../scripts/lib/typecheck.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Within the package, so that the client finds ky; git ignores it.
const folder = ".cache/demo";

export function generateClient() {
  const args = ["bin/resil-gen.js", "fixtures/shop/openapi.yaml", "-o", `${folder}/client`, "--force", "--quiet"];
  execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
}

export function compileClient() {
  const errors = typecheck(`${root}${folder}/client`, { options: { noEmit: false, outDir: "../js" } });
  if (errors.length > 0) throw new Error(`The client does not compile:\n${errors.join("\n")}`);
}

export function importClient() {
  return import(new URL(`../../${folder}/js/index.js`, import.meta.url).href);
}
