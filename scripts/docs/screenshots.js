// npm run screenshots
//
// docs/images/report.png: the top of the report of fixtures/shop/openapi.yaml, as README.md shows it. Needs a Chromium on
// the PATH.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../", import.meta.url));
const images = join(root, "docs/images");
/** 1280 px is the width of a laptop's window; GitHub shows an image at up to 900. */
const viewport = { width: 1280, height: 640 };

const browserPath = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      return "";
    }
  })
  .find((path) => path !== "");
if (browserPath === undefined) throw new Error("No Chromium on the PATH. Install the package 'chromium'.");

const work = mkdtempSync(join(tmpdir(), "resil-gen-screenshots-"));
const report = join(work, "report.html");
execFileSync(process.execPath, ["bin/resil-gen.js", "report", "fixtures/shop/openapi.yaml", "-o", report], {
  cwd: root,
  stdio: "ignore",
});
mkdirSync(images, { recursive: true });
const browser = await chromium.launch({
  executablePath: browserPath,
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});
try {
  const page = await browser.newPage({ viewport, colorScheme: "light" });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path: join(images, "report.png") });
} finally {
  await browser.close();
  rmSync(work, { recursive: true });
}
