// Takes the templates apart, once, when the package is built, so that a run of the generator loads no ts-morph.
// A template's statement becomes a block: text with holes. Holes are what begins with `$`: an identifier, a whole doc
// comment (`/** $docs */`), a word within a comment, a member (`$members: never`), an object (`{ ...$literal }`) or the
// rest of one (`, ...$bound`). Of a name like `createClient$withoutOptions` the second half is dropped.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { Node, Project, SyntaxKind } from "ts-morph";

const root = new URL("../../", import.meta.url);
const project = new Project({
  tsConfigFilePath: new URL("tsconfig.json", root).pathname,
  skipAddingFilesFromTsConfig: true,
});

/** Blocks of one template by the name that they declare, and what they import. */
function takeApart(path) {
  const file = project.addSourceFileAtPath(path);
  const imports = new Map();
  for (const declaration of file.getImportDeclarations()) {
    for (const named of declaration.getNamedImports()) {
      imports.set(named.getAliasNode()?.getText() ?? named.getName(), {
        from: declaration.getModuleSpecifierValue(),
        name: named.getName(),
        isType: declaration.isTypeOnly() || named.isTypeOnly(),
      });
    }
  }
  const blocks = {};
  for (const statement of file.getStatements()) {
    if (Node.isImportDeclaration(statement) || Node.isExportDeclaration(statement)) continue;
    if (Node.isVariableStatement(statement) && statement.hasDeclareKeyword()) continue;
    const name = Node.isVariableStatement(statement) ? statement.getDeclarations()[0].getName() : statement.getName();
    blocks[name] = blockOf(statement, imports);
  }
  return blocks;
}

function blockOf(statement, imports) {
  const start = statement.getStart(true);
  const text = statement.getFullText().slice(start - statement.getFullStart());
  const holes = [];
  const used = new Set();
  const hole = (from, to, name) => {
    holes.push({ from: from - start, to: to - start, name: name.slice(1) });
  };
  const visit = (node) => {
    if (Node.isPropertySignature(node) && /^\$(?!client$)/.test(node.getName()))
      return hole(node.getStart(), node.getEnd(), node.getName());
    if (Node.isSpreadAssignment(node) && node.getExpression().getText().startsWith("$")) {
      const object = node.getParentIfKindOrThrow(SyntaxKind.ObjectLiteralExpression);
      const isWhole = object.getProperties().length === 1;
      const target = isWhole ? object : node;
      // A comma behind it belongs to what fills the hole: that may be nothing.
      const comma = isWhole ? undefined : node.getNextSiblingIfKind(SyntaxKind.CommaToken);
      return hole(target.getStart(), (comma ?? target).getEnd(), node.getExpression().getText());
    }
    if (Node.isIdentifier(node)) {
      const name = node.getText();
      if (name.startsWith("$") && name !== "$client") return hole(node.getStart(), node.getEnd(), name);
      // `createClient$withoutOptions` is a variant of `createClient`.
      if (name.includes("$", 1)) return hole(node.getStart() + name.indexOf("$"), node.getEnd(), "$");
      if (imports.has(name)) used.add(name);
    }
    node.forEachChild(visit);
  };
  statement.forEachChild(visit);
  for (const range of statement.getLeadingCommentRanges()) holesOfComment(range, hole);
  for (const member of statement.getDescendantsOfKind(SyntaxKind.PropertySignature)) {
    for (const range of member.getLeadingCommentRanges()) holesOfComment(range, hole);
  }
  return { parts: partsOf(text, holes), imports: [...used].map((local) => ({ local, ...imports.get(local) })) };
}

function holesOfComment(range, hole) {
  const text = range.getText();
  const whole = /^\/\*\* (\$\w+) \*\/$/.exec(text);
  if (whole) return hole(range.getPos(), range.getEnd(), whole[1]);
  for (const match of text.matchAll(/\$\w+/g))
    hole(range.getPos() + match.index, range.getPos() + match.index + match[0].length, match[0]);
}

/** Text and holes in turn; a hole is a list with its name in it. */
function partsOf(text, holes) {
  const parts = [];
  let at = 0;
  for (const { from, to, name } of holes.sort((a, b) => a.from - b.from)) {
    parts.push(text.slice(at, from), [name]);
    at = to;
  }
  return [...parts, text.slice(at)];
}

const templates = {};
for (const name of readdirSync(new URL("templates/", root)).sort()) {
  if (name.endsWith(".test.ts") || name === "stand-ins.ts") continue;
  templates[name] = takeApart(new URL(`templates/${name}`, root).pathname);
}
mkdirSync(new URL("dist/", root), { recursive: true });
writeFileSync(new URL("dist/templates.json", root), JSON.stringify(templates));
