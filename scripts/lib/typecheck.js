// Type-checks a generated client by a real tsc, under every flag that the README promises.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** The compilers that clients must pass, by version. */
export const compilers = {
  5.9: require.resolve("typescript/bin/tsc"),
  7: join(dirname(require.resolve("typescript-7/package.json")), "bin/tsc"),
};

export const moduleKinds = { nodenext: "nodenext", bundler: "esnext" };

/** Which types of the platform there are: the DOM's, or those of @types/node without the DOM. */
export const platforms = {
  // Not "dom.iterable": whoever writes `lib` by hand seldom thinks of it.
  dom: { lib: ["es2022", "dom"], types: [] },
  node: { lib: ["es2022"], types: ["node"] },
};

/** Compiler options under which a client must compile without an error. */
export function compilerOptions(moduleResolution = "nodenext", platform = "dom") {
  return {
    // The oldest that the README names: Next's own tsconfig has it.
    target: "es2017",
    module: moduleKinds[moduleResolution],
    moduleResolution,
    ...platforms[platform],
    rootDir: ".",
    noEmit: true,
    declaration: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    isolatedDeclarations: true,
    erasableSyntaxOnly: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
  };
}

/** Runs tsc over a folder; gives the errors as lines. `folder` must be able to resolve ky. */
export function typecheck(
  folder,
  { compiler = "5.9", moduleResolution = "nodenext", platform = "dom", options = {} } = {},
) {
  const config = {
    compilerOptions: { ...compilerOptions(moduleResolution, platform), ...options },
    include: ["**/*.ts"],
    exclude: ["node_modules"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const run = spawnSync(
    process.execPath,
    ["--max-old-space-size=8192", compilers[compiler], "-p", "tsconfig.json", "--pretty", "false"],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  const lines = run.stdout.split("\n").filter((line) => /error TS\d+/.test(line));
  if (run.status !== 0 && lines.length === 0)
    return [`tsc ended with ${run.status ?? run.signal}: ${run.stderr.slice(0, 500)}`];
  return lines;
}
