// What an editor shows of a generated client: TypeScript's own language service is asked, as editors ask it.
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const file = `${root}fixtures/editor-scene.ts`;

/** A program with places marked: `/*name*\/` stands before what is asked for. */
const scene = `
import { type Api, type Client, cancelOrder, createOrder, getOrder, pay, searchProducts } from "../.cache/e2e/shop/index.js";
declare const client: Client;
declare const shop: Api;
const body = { items: [{ sku: "tea", quantity: 1 }] };

/*hover:getOrder*/getOrder(client, /*signature:getOrder*/{ path: { orderId: "o-1" } });
/*hover:createOrder*/createOrder(client, /*error:createOrder without a key*/{ body });
/*hover:pay*/pay(client, { body: { orderId: "o-1", cents: 5 }, /*hover:idempotencyKey*/idempotencyKey: "k" });
cancelOrder(client, /*error:cancelOrder without a key*/{ path: { orderId: "o-1" } });
searchProducts(client, /*signature:searchProducts*/{ body: { text: "tea" } });

shop./*hover:shop.getOrder*/getOrder(/*signature:shop.getOrder*/{ path: { orderId: "o-1" } });
shop./*hover:shop.createOrder*/createOrder(/*error:shop.createOrder without a key*/{ body });
shop.createOrder(/*error:shop.createOrder without anything*/);
`;

function service(): ts.LanguageService {
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    customConditions: ["resil-gen-source"],
    types: ["node"],
    noEmit: true,
  };
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const text = path === file ? scene : ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
}

const plain = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
  ts.displayPartsToString([...(parts ?? [])]);

function tags(info: readonly ts.JSDocTagInfo[] | undefined): string {
  return (info ?? []).map(({ name, text }) => `\n@${name} ${plain(text)}`).join("");
}

function hover(of: ts.LanguageService, at: number): string {
  const info = of.getQuickInfoAtPosition(file, at);
  return `${plain(info?.displayParts)}\n\n${plain(info?.documentation)}${tags(info?.tags)}`;
}

function signature(of: ts.LanguageService, at: number): string {
  const help = of.getSignatureHelpItems(file, at, {});
  const [item] = help?.items ?? [];
  if (item === undefined) return "";
  const separator = plain(item.separatorDisplayParts);
  const parameters = item.parameters.map(({ displayParts }) => plain(displayParts)).join(separator);
  return `${plain(item.prefixDisplayParts)}${parameters}${plain(item.suffixDisplayParts)}\n\n${plain(item.documentation)}`;
}

function error(of: ts.LanguageService, from: number): string {
  const to = scene.indexOf("\n", from);
  const found = of
    .getSemanticDiagnostics(file)
    .filter(({ start = -1 }) => start > scene.lastIndexOf("\n", from) && start < to);
  return found
    .map(({ code, messageText }) => `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`)
    .join("\n");
}

test("hovers, signatures and errors of a generated client (if a change is meant: npm run golden)", async () => {
  const asked = { hover, signature, error };
  const languageService = service();
  const sections = [...scene.matchAll(/\/\*(hover|signature|error):(.+?)\*\//g)].map(([mark, kind, name], _, all) => {
    expect(all.length).toBeGreaterThan(0);
    const at = scene.indexOf(mark) + mark.length;
    return `━━ ${kind} ${name}\n${asked[kind as keyof typeof asked](languageService, at).trim()}\n`;
  });
  await expect(`${sections.join("\n")}`).toMatchFileSnapshot("editor.golden.txt");
});
