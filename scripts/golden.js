// npm run golden            renews fixtures/*/client, the committed output of fixtures/*/openapi.yaml
// npm run golden -- --check changes nothing; exit code 1, with a diff, when the generator now emits something else
//
// The runtime and the manifest are left out: the one is this repository's own source, the other holds hashes of it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTwoFilesPatch } from "diff";

const root = fileURLToPath(new URL("../", import.meta.url));
const fixtures = join(root, "fixtures");
const isCheck = process.argv.includes("--check");

const isGolden = (path) => !/(^|[\\/])(runtime|resil-gen\.json)([\\/]|$)/.test(path);

function generate(name, work) {
  const client = join(work, name);
  const args = [join(root, "bin/resil-gen.js"), join(fixtures, name, "openapi.yaml"), "-o", client, "--quiet"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`fixtures/${name} does not generate\n${stdout}${stderr}`);
  return client;
}

/** The text of every golden file of a folder, by path. */
function textsOf(folder) {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name).slice(folder.length + 1)).filter(isGolden);
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

function diffOf(golden, made) {
  const before = textsOf(golden);
  const after = textsOf(made);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => createTwoFilesPatch(`golden/${path}`, `made/${path}`, before.get(path) ?? "", after.get(path) ?? ""))
    .join("\n");
}

const work = mkdtempSync(join(tmpdir(), "resil-gen-golden-"));
const cases = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, "openapi.yaml")));
let differing = 0;
try {
  for (const name of cases) {
    const golden = join(fixtures, name, "client");
    const made = generate(name, work);
    const diff = diffOf(golden, made);
    if (diff === "") continue;
    differing++;
    if (isCheck) console.log(diff);
    else {
      rmSync(golden, { recursive: true, force: true });
      cpSync(made, golden, {
        recursive: true,
        filter: (path) => basename(path) === name || isGolden(path.slice(made.length)),
      });
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (differing === 0) console.log(`✔ ${cases.length} goldens are as they were`);
else if (isCheck)
  console.log(`✘ ${differing} of ${cases.length} goldens differ. If that is meant: npm run golden, and read the diff`);
else console.log(`✔ ${differing} of ${cases.length} goldens renewed: read the diff, it is what users get`);
process.exit(isCheck && differing > 0 ? 1 : 0);
