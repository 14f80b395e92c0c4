#!/usr/bin/env node
import module from "node:module";

// Most of a short run goes into compiling code. Node 22 and later keep what they compiled for the next run.
module.enableCompileCache?.();

const { main } = await import("../dist/src/cli.js");
process.exitCode = await main(process.argv.slice(2));
