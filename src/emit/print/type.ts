import type {
  IndexedAccessTypeNode,
  IndexSignatureDeclaration,
  LiteralTypeNode,
  Node,
  PropertyName,
  SyntaxKind,
  TypeElement,
  TypeLiteralNode,
  TypeNode,
  TypeReferenceNode,
} from "typescript";
import type { SchemaObject } from "../../ir/index.js";
import { ts } from "../typescript.js";
import { printComment } from "./comment.js";
import { printPropertyName, printString } from "./literal.js";

/** What printing a type asks for. */
export interface TypeContext {
  /** A named schema is used: gives the name to write. */
  schema(name: string): string;
  /** A type of the runtime is used. */
  runtime(name: string): string;
  /** The schema that a member was made from, for its docs. */
  docsOf(member: TypeElement): SchemaObject | undefined;
}

const lineWidth = 110;

/** Prints a type that openapi-typescript made, in our layout and with our escapes. `column` is where it begins. */
export function printType(node: Node, context: TypeContext, indent = "", column: number = indent.length): string {
  if (ts.isTypeLiteralNode(node)) return printObject(node.members, context, indent);
  if (ts.isUnionTypeNode(node)) return layOutUnion(unionTexts(node.types, context, indent), indent, column);
  if (ts.isIntersectionTypeNode(node)) return printIntersection(node.types, context, indent);
  if (ts.isArrayTypeNode(node)) return `${printOperand(node.elementType, context, indent)}[]`;
  if (ts.isTupleTypeNode(node))
    return `[${node.elements.map((element) => printType(element, context, indent)).join(", ")}]`;
  if (ts.isOptionalTypeNode(node)) return `${printOperand(node.type, context, indent)}?`;
  if (ts.isRestTypeNode(node)) return `...${printType(node.type, context, indent)}`;
  if (ts.isParenthesizedTypeNode(node)) return printType(node.type, context, indent);
  if (ts.isIndexedAccessTypeNode(node)) return printSchemaName(node, context);
  if (ts.isTypeReferenceNode(node)) return printReference(node, context, indent);
  if (ts.isLiteralTypeNode(node)) return printLiteralType(node.literal);
  // openapi-typescript makes text literals as identifiers of JSON, to keep other scripts readable.
  if (ts.isIdentifier(node)) return printString(JSON.parse(node.text) as string);
  return keywords.get(node.kind) ?? "unknown";
}

const keywords = new Map<SyntaxKind, string>([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.NumberKeyword, "number"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
  [ts.SyntaxKind.UndefinedKeyword, "undefined"],
  [ts.SyntaxKind.NeverKeyword, "never"],
  [ts.SyntaxKind.ObjectKeyword, "object"],
]);

function printLiteralType(literal: LiteralTypeNode["literal"]): string {
  if (ts.isStringLiteral(literal)) return printString(literal.text);
  if (ts.isNumericLiteral(literal)) return String(Number(literal.text));
  if (ts.isPrefixUnaryExpression(literal) && ts.isNumericLiteral(literal.operand))
    return String(-Number(literal.operand.text));
  if (literal.kind === ts.SyntaxKind.NullKeyword) return "null";
  return literal.kind === ts.SyntaxKind.TrueKeyword ? "true" : "false";
}

/** `components["schemas"]["Name"]` is how openapi-typescript refers to what we call `Name`. */
function printSchemaName({ indexType }: IndexedAccessTypeNode, context: TypeContext): string {
  const literal = ts.isLiteralTypeNode(indexType) ? indexType.literal : undefined;
  return literal !== undefined && ts.isStringLiteral(literal) ? context.schema(literal.text) : "unknown";
}

function printReference(
  { typeName, typeArguments = ts.factory.createNodeArray() }: TypeReferenceNode,
  context: TypeContext,
  indent: string,
): string {
  const name = ts.isIdentifier(typeName) ? typeName.text : "unknown";
  const texts = typeArguments.map((argument) => printType(argument, context, indent));
  // A schema may be called `Record`, so the global one is not used.
  if (name === "Record") return `{ [key: string]: ${texts[1] ?? "unknown"} }`;
  return texts.length === 0 ? context.runtime(name) : `${context.runtime(name)}<${texts.join(", ")}>`;
}

/** A type without the parentheses that the factory puts around it; we put our own. */
function bare(node: TypeNode): TypeNode {
  return ts.isParenthesizedTypeNode(node) ? bare(node.type) : node;
}

/** A type within an array, a union or an intersection. */
function printOperand(written: TypeNode, context: TypeContext, indent: string): string {
  const node = bare(written);
  const text = printType(node, context, indent);
  const isCompound =
    (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) && node.types.length > 1 && /[|&]/.test(text);
  return isCompound ? (text.startsWith("\n") ? `(${text}\n${indent})` : `(${text})`) : text;
}

/** The type of the runtime that a union stays open by; as a member of a union, it stands for the unlisted ones. */
export const openUnion = "OpenUnion";

function isUnlisted(node: TypeNode): node is TypeReferenceNode {
  return ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && node.typeName.text === openUnion;
}

function printOpenUnion(
  types: readonly TypeNode[],
  by: TypeReferenceNode,
  context: TypeContext,
  indent: string,
): string {
  const listed = types.filter((type) => !isUnlisted(type));
  const [members = "", ...rest] = [
    layOutUnion(unionTexts(listed, context, indent), indent),
    ...(by.typeArguments ?? []).map((argument) => printType(argument, context, indent)),
  ];
  return members === "unknown" ? members : `${context.runtime(openUnion)}<${[members, ...rest].join(", ")}>`;
}

/** The members of a union, those of unions within it among them. */
function unionTexts(types: readonly TypeNode[], context: TypeContext, indent: string): string[] {
  const unlisted = types.map(bare).find(isUnlisted);
  if (unlisted !== undefined) return [printOpenUnion(types.map(bare), unlisted, context, indent)];
  const texts = types.map(bare).flatMap((type) => {
    if (ts.isUnionTypeNode(type)) return unionTexts(type.types, context, indent);
    return [ts.isIntersectionTypeNode(type) ? printOperand(type, context, indent) : printType(type, context, indent)];
  });
  return [...new Set(texts)];
}

/** On one line, with one block at its beginning at most (`{ … } | null`); else a line for each. */
function layOutUnion(texts: readonly string[], indent: string, column: number = indent.length): string {
  // `unknown` swallows whatever stands beside it.
  if (texts.includes("unknown")) return "unknown";
  const [first = "", ...rest] = texts;
  const line = first.includes("\n") ? ["}", ...rest] : texts;
  const flat = line.join(" | ");
  if (texts.length === 1 || (column + flat.length <= lineWidth && !flat.includes("\n"))) return texts.join(" | ");
  return texts.map((text) => `\n${indent}  | ${text.replaceAll("\n", "\n    ")}`).join("");
}

function printIntersection(types: readonly TypeNode[], context: TypeContext, indent: string): string {
  const known = types.map(bare).filter(({ kind }) => kind !== ts.SyntaxKind.UnknownKeyword);
  const merged = mergedMembers(known.filter(ts.isTypeLiteralNode));
  const apart = merged === undefined ? known : known.filter((type) => !ts.isTypeLiteralNode(type));
  // What has names comes first, then what is written here, then the choices.
  const isUnion = (type: TypeNode): boolean => ts.isUnionTypeNode(type) && type.types.length > 1;
  const textsOf = (parts: readonly TypeNode[]): string[] => parts.map((type) => printOperand(type, context, indent));
  const texts = textsOf(apart.filter((type) => !isUnion(type)));
  if (merged !== undefined && merged.length > 0)
    texts.push(apart.length === 0 ? printObject(merged, context, indent) : printPart(merged, context, indent));
  texts.push(...textsOf(apart.filter(isUnion)));
  if (texts.length === 0) return "unknown";
  const unique = [...new Set(texts)];
  const flat = unique.join(" & ");
  if (indent.length + (flat.split("\n", 1)[0] ?? "").length <= lineWidth) return flat;
  return unique.map((text) => text.replaceAll("\n", "\n  ")).join(` &\n${indent}  `);
}

/** What is added to other types; a single member, such as the value that tells a union's members apart, on their line. */
function printPart(members: readonly TypeElement[], context: TypeContext, indent: string): string {
  const text = printObject(members, context, indent);
  const [, only] = /^\{\n\s+([^\n]{1,60});\n\s*\}$/.exec(text) ?? [];
  return only === undefined ? text : `{ ${only} }`;
}

/** The members of several object types as those of one, where no name stands in two of them. */
export function mergedMembers(objects: readonly TypeLiteralNode[]): readonly TypeElement[] | undefined {
  const members = objects.flatMap((object) => [...object.members]);
  const names = members.map(({ name }) => (name === undefined ? "[]" : nameOf(name)));
  return new Set(names).size === names.length ? members : undefined;
}

function printObject(members: readonly TypeElement[], context: TypeContext, indent: string): string {
  return `{\n${printMembers(members, context, `${indent}  `)}${indent}}`;
}

/** Members of an object type, a line each. */
export function printMembers(members: readonly TypeElement[], context: TypeContext, indent: string): string {
  const hasNames = members.some(ts.isPropertySignature);
  return members
    .map((member) =>
      ts.isIndexSignatureDeclaration(member)
        ? printIndex(member, hasNames, context, indent)
        : printProperty(member, context, indent),
    )
    .join("");
}

/** Beside named members an index signature must allow their types, so it allows all. */
function printIndex(
  { type }: IndexSignatureDeclaration,
  hasNames: boolean,
  context: TypeContext,
  indent: string,
): string {
  return `${indent}[key: string]: ${hasNames ? "unknown" : printType(type, context, indent)};\n`;
}

function printProperty(member: TypeElement, context: TypeContext, indent: string): string {
  if (!ts.isPropertySignature(member) || member.type === undefined) return "";
  const isOptional = member.questionToken !== undefined;
  const texts = unionTexts([member.type], context, indent);
  const type = layOutUnion(isOptional ? [...texts, "undefined"] : texts, indent);
  const comment = printComment(docsOf(context.docsOf(member)), indent);
  const name = printPropertyName(nameOf(member.name));
  return `${comment}${indent}${name}${isOptional ? "?" : ""}:${type.startsWith("\n") ? "" : " "}${type};\n`;
}

function nameOf(name: PropertyName): string {
  return ts.isComputedPropertyName(name) ? "" : name.text;
}

/** What the document tells readers of a schema. */
export function docsOf(schema: SchemaObject | undefined): Parameters<typeof printComment>[0] {
  if (schema === undefined) return [];
  const { title, description, type, format, deprecated, default: fallback, example } = schema;
  const isPlain = typeof example === "string" || typeof example === "number" || typeof example === "boolean";
  return [
    // A title of one word is a name, and mostly the one that stands there anyway.
    description ?? (title?.includes(" ") ? title : undefined),
    format === undefined || type !== "string" || format === "binary"
      ? undefined
      : `Format: \`${format.replace(/`/g, "'")}\`.`,
    deprecated ? { tag: "deprecated" } : undefined,
    fallback === undefined ? undefined : { tag: "default", text: JSON.stringify(fallback).slice(0, 200) },
    isPlain ? { tag: "example", text: String(example).slice(0, 200) } : undefined,
  ];
}
