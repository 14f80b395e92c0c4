// Stands in for the compiler: of its 9 MB, which take 0.35 s of CPU to load, openapi-typescript's schema transform and our
// printer use only type nodes. Here these are plain objects, of the compiler's own kinds.
import type * as typescript from "typescript";

/** The kinds that are made and asked for; the numbers are TypeScript's, which a test compares. */
const kinds = {
  MultiLineCommentTrivia: 3,
  NumericLiteral: 9,
  StringLiteral: 11,
  MinusToken: 41,
  QuestionToken: 58,
  Identifier: 80,
  ExportKeyword: 95,
  FalseKeyword: 97,
  NullKeyword: 106,
  TrueKeyword: 112,
  BooleanKeyword: 136,
  NeverKeyword: 146,
  ObjectKeyword: 151,
  ReadonlyKeyword: 148,
  NumberKeyword: 150,
  StringKeyword: 154,
  UndefinedKeyword: 157,
  UnknownKeyword: 159,
  ComputedPropertyName: 168,
  Parameter: 170,
  PropertySignature: 172,
  IndexSignature: 182,
  TypeReference: 184,
  TypeLiteral: 188,
  ArrayType: 189,
  TupleType: 190,
  OptionalType: 191,
  RestType: 192,
  UnionType: 193,
  IntersectionType: 194,
  ParenthesizedType: 197,
  TypeOperator: 199,
  IndexedAccessType: 200,
  LiteralType: 202,
  PrefixUnaryExpression: 225,
  TypeAliasDeclaration: 266,
} as const;

type KindName = keyof typeof kinds;

interface PlainNode {
  readonly kind: number;
}

const identifier = (text: string): PlainNode => ({ kind: kinds.Identifier, ...{ text, escapedText: text } });
const named = (name: unknown): unknown => (typeof name === "string" ? identifier(name) : name);

/** Makes a node from the arguments that the compiler's factory has in the same order. */
function maker(kind: KindName, ...parts: readonly (string | undefined)[]): (...values: unknown[]) => PlainNode {
  return (...values) => {
    const node: Record<string, unknown> & PlainNode = { kind: kinds[kind] };
    for (const [index, part] of parts.entries()) if (part !== undefined) node[part] = values[index];
    return node;
  };
}

const token = (kind: number): PlainNode => ({ kind });

const factory = {
  createKeywordTypeNode: token,
  createToken: token,
  createModifier: token,
  createTrue: () => token(kinds.TrueKeyword),
  createFalse: () => token(kinds.FalseKeyword),
  createNull: () => token(kinds.NullKeyword),
  createIdentifier: identifier,
  createStringLiteral: maker("StringLiteral", "text"),
  createNumericLiteral: (value: string | number) => ({ kind: kinds.NumericLiteral, text: String(value) }),
  createPrefixUnaryExpression: maker("PrefixUnaryExpression", "operator", "operand"),
  createLiteralTypeNode: maker("LiteralType", "literal"),
  createTypeLiteralNode: (members: readonly PlainNode[] = []) => ({ kind: kinds.TypeLiteral, members }),
  createUnionTypeNode: maker("UnionType", "types"),
  createIntersectionTypeNode: maker("IntersectionType", "types"),
  createArrayTypeNode: maker("ArrayType", "elementType"),
  createTupleTypeNode: maker("TupleType", "elements"),
  createRestTypeNode: maker("RestType", "type"),
  createOptionalTypeNode: maker("OptionalType", "type"),
  createTypeOperatorNode: maker("TypeOperator", "operator", "type"),
  createIndexedAccessTypeNode: maker("IndexedAccessType", "objectType", "indexType"),
  createTypeReferenceNode: (name: unknown, typeArguments?: readonly PlainNode[]) => ({
    kind: kinds.TypeReference,
    typeName: named(name),
    typeArguments,
  }),
  createPropertySignature: (modifiers: unknown, name: unknown, questionToken: unknown, type: unknown) => ({
    kind: kinds.PropertySignature,
    ...{ modifiers, name: named(name), questionToken, type },
  }),
  createIndexSignature: maker("IndexSignature", "modifiers", "parameters", "type"),
  createParameterDeclaration: maker("Parameter", undefined, undefined, "name", undefined, "type"),
  createNodeArray: (elements: readonly PlainNode[] = []) => elements,
};

const isKind =
  (kind: KindName) =>
  (node: PlainNode): boolean =>
    node.kind === kinds[kind];

const names = Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [kind, name]));

const nodes = {
  SyntaxKind: { ...names, ...kinds },
  factory,
  isTypeLiteralNode: isKind("TypeLiteral"),
  isUnionTypeNode: isKind("UnionType"),
  isIntersectionTypeNode: isKind("IntersectionType"),
  isArrayTypeNode: isKind("ArrayType"),
  isTupleTypeNode: isKind("TupleType"),
  isRestTypeNode: isKind("RestType"),
  isOptionalTypeNode: isKind("OptionalType"),
  isParenthesizedTypeNode: isKind("ParenthesizedType"),
  isIndexedAccessTypeNode: isKind("IndexedAccessType"),
  isTypeReferenceNode: isKind("TypeReference"),
  isLiteralTypeNode: isKind("LiteralType"),
  isIdentifier: isKind("Identifier"),
  isStringLiteral: isKind("StringLiteral"),
  isNumericLiteral: isKind("NumericLiteral"),
  isPrefixUnaryExpression: isKind("PrefixUnaryExpression"),
  isPropertySignature: isKind("PropertySignature"),
  isIndexSignatureDeclaration: isKind("IndexSignature"),
  isComputedPropertyName: isKind("ComputedPropertyName"),
  isTypeAliasDeclaration: isKind("TypeAliasDeclaration"),
  /** Docs are ours. */
  addSyntheticLeadingComment: (node: PlainNode) => node,
  ScriptTarget: {},
  ScriptKind: {},
  /** One text is parsed, a helper type for a footer that is not printed; of it, only the name is asked. */
  createSourceFile: () => ({
    statements: [{ kind: kinds.TypeAliasDeclaration, name: identifier("WithRequired") }],
  }),
};

type Members<From, Names> = Pick<From, Extract<keyof From, Names>>;

/** What of the compiler's API is here, under the compiler's types. */
export type TypeNodes = Omit<Members<typeof typescript, keyof typeof nodes>, "SyntaxKind" | "factory"> & {
  readonly SyntaxKind: Members<typeof typescript.SyntaxKind, KindName>;
  readonly factory: Members<typeof typescript.factory, keyof typeof factory>;
};

// A compiler's node has flags, a parent and a place in a text as well, for which nobody asks here.
export const ts = nodes as unknown as TypeNodes;
export default ts;
