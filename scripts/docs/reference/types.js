// The runtime's exported types, by name: it does not matter in which file they are declared.
import { fileURLToPath } from "node:url";
import { Project } from "ts-morph";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const project = new Project({ tsConfigFilePath: `${root}tsconfig.json`, skipAddingFilesFromTsConfig: true });
const index = project.addSourceFileAtPath(`${root}runtime/src/index.ts`);
// Clients reach it by an entry of its own.
project.addSourceFileAtPath(`${root}runtime/src/http/ky.ts`);
project.resolveSourceFileDependencies();

/** The declaration of an interface or type alias of the runtime, exported from its entry or not. */
export function declarationOf(name) {
  const exported = index.getExportedDeclarations().get(name)?.[0];
  if (exported !== undefined) return exported;
  for (const file of project.getSourceFiles()) {
    const declared = file.getInterface(name) ?? file.getTypeAlias(name);
    if (declared !== undefined) return declared;
  }
  throw new Error(`The runtime declares no type '${name}'.`);
}

/** Members of an interface, those that it inherits aside: name, type as written, and doc comment. */
export function membersOf(name) {
  const declared = declarationOf(name);
  const members = [...declared.getProperties(), ...declared.getMethods()];
  return members
    .filter((member) => !member.getName().startsWith('"~'))
    .map((member) => ({ name: member.getName(), type: typeTextOf(member), doc: docOf(member) }));
}

function typeTextOf(member) {
  const parameters = member.getParameters?.().map((parameter) => parameter.getText()) ?? [];
  const node = member.getTypeNode?.() ?? member.getReturnTypeNode();
  const text = node.getText().replaceAll(/\s+/g, " ").replace(/^\| /, "");
  const result = text.replace(/ \| undefined$/, "").replace(/^\((.*)\)$/, "$1");
  return member.getParameters === undefined ? result : `(${parameters.join(", ")}) => ${result}`;
}

/** The first paragraph of a doc comment, on one line. */
function docOf(member) {
  const [doc] = member.getJsDocs();
  return doc === undefined ? "" : doc.getDescription().trim().split("\n\n")[0].replaceAll("\n", " ");
}

/** The literals of a union of strings, in the order of their declaration: that of the types depends on what was loaded. */
export function literalsOf(name) {
  return declarationOf(name)
    .getTypeNode()
    .getTypeNodes()
    .map((node) => node.getLiteral().getLiteralValue());
}

/** The members of a union of objects that have a literal `type`, by that literal: the fields of each. */
export function variantsOf(name) {
  const declared = declarationOf(name);
  const variants = declared
    .getType()
    .getUnionTypes()
    .map((type) => {
      const properties = type.getProperties();
      const tag = properties.find((property) => property.getName() === "type");
      const fields = properties.filter((property) => property !== tag).map((property) => property.getName());
      return [tag.getTypeAtLocation(declared).getLiteralValue(), fields];
    });
  return new Map(variants);
}
