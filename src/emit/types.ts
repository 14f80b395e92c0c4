import type { GlobalContext, SchemaObject as TransformInput } from "openapi-typescript";
import type { PropertySignature, TypeElement, TypeNode } from "typescript";
import { anyObject, Conjunctions, docsIn } from "../ir/conjunction/index.js";
import type { NamedSchema, Schema, SchemaObject } from "../ir/index.js";
import { printComment } from "./print/comment.js";
import { docsOf, mergedMembers, openUnion, printMembers, printType, type TypeContext } from "./print/type.js";
import { mapSchema } from "./schema-parts.js";
import type { SourceFile } from "./source-file.js";
import { transformSchemaObject, ts } from "./typescript.js";

/** Under this key a schema has its type with it: one that openapi-typescript's transforms do not know. */
const ownType = Symbol("type");

/** Prints schemas as TypeScript types: in conjunctive form, by openapi-typescript's transforms. */
export class TypePrinter {
  private readonly schemas: ReadonlyMap<string, Schema>;
  private readonly conjunctions: Conjunctions;
  private readonly docs = new WeakMap<TypeElement, SchemaObject>();
  private readonly context: GlobalContext;
  private readonly transformer: typeof transformSchemaObject;

  /** @param transformer makes a type of a schema; a test compares with the one of the real compiler */
  constructor(schemas: readonly NamedSchema[], transformer = transformSchemaObject) {
    this.transformer = transformer;
    this.schemas = new Map(schemas.map(({ name, schema }) => [name, schema]));
    this.conjunctions = new Conjunctions(({ $ref = "" }) => this.schemas.get(nameOf($ref)) ?? true);
    this.context = this.transformContext();
  }

  /** The type of a schema within a file, which imports what it names. */
  type(schema: Schema, file: SourceFile, indent = ""): string {
    return printType(this.transform(schema), this.contextOf(file), indent);
  }

  /** The declaration of a named schema. */
  declaration({ name, schema }: NamedSchema, file: SourceFile): string {
    const node = this.transform(schema);
    const context = this.contextOf(file);
    const comment = typeof schema === "boolean" ? "" : printComment(docsOf(schema));
    const members = membersOfObject(node);
    if (members !== undefined) return `${comment}export interface ${name} {\n${printMembers(members, context, "  ")}}`;
    const type = printType(node, context, "", `export type ${name} = ;`.length);
    return `${comment}export type ${name} =${type.startsWith("\n") ? "" : " "}${type};`;
  }

  private transform(schema: Schema): TypeNode {
    return this.node(mapSchema(this.conjunctions.of(schema), (part) => this.withOwnTypes(part)));
  }

  private node(schema: Schema): TypeNode {
    const options = { path: "#/components/schemas", ctx: this.context };
    return this.transformer(schema as TransformInput, options);
  }

  /** A schema as the transforms can take it: what they have no way with carries its type. Inner schemas come first. */
  private withOwnTypes(part: SchemaObject): SchemaObject {
    if (part === anyObject) return withType(part, ts.factory.createKeywordTypeNode(ts.SyntaxKind.ObjectKeyword));
    if (part.type === "array" && (part.prefixItems !== undefined || part.items === false))
      return withType(part, this.tuple(part));
    if (part.type === "object" && part.additionalProperties === false && part.properties === undefined)
      return withType(part, indexed(ts.factory.createKeywordTypeNode(ts.SyntaxKind.NeverKeyword)));
    const [only] = part.allOf ?? [];
    if (part.required !== undefined && only !== undefined)
      return withType(part, withRequired(this.node(only), part.required));
    return part.openBy === undefined ? part : this.withUnlisted(part, part.openBy);
  }

  /** An open union has one member more, which the printer knows by its type. */
  private withUnlisted(part: SchemaObject, openBy: string): SchemaObject {
    const { openDefault, anyOf, oneOf } = part;
    const fallback =
      openDefault === undefined ? [] : [this.node(mapSchema(openDefault, (inner) => this.withOwnTypes(inner)))];
    const marker = withType({}, ts.factory.createTypeReferenceNode(openUnion, [textNode(openBy), ...fallback]));
    return oneOf === undefined
      ? { ...part, anyOf: [...(anyOf ?? []), marker] }
      : { ...part, oneOf: [...oneOf, marker] };
  }

  /** Items that stand in order, of which all beyond `minItems` may be missing, and the rest. */
  private tuple({ prefixItems = [], items = true, minItems, maxItems }: SchemaObject): TypeNode {
    const least = typeof minItems === "number" ? minItems : 0;
    const most = typeof maxItems === "number" ? maxItems : Number.POSITIVE_INFINITY;
    const elements: TypeNode[] = prefixItems.slice(0, most).map((item, index) => {
      const type = this.node(item);
      return index < least ? type : ts.factory.createOptionalTypeNode(type);
    });
    if (items !== false && most > prefixItems.length)
      elements.push(ts.factory.createRestTypeNode(ts.factory.createArrayTypeNode(this.node(items))));
    return ts.factory.createTupleTypeNode(elements);
  }

  private contextOf(file: SourceFile): TypeContext {
    return {
      schema: (name) => (file.path === "schema.ts" ? name : file.type("./schema.js", name)),
      runtime: (name) => file.type("resil-gen-runtime", name),
      docsOf: (member) => this.docs.get(member),
    };
  }

  private transformContext(): GlobalContext {
    return {
      additionalProperties: false,
      alphabetize: false,
      arrayLength: false,
      defaultNonNullable: false,
      discriminators: { objects: {}, refsHandled: [] },
      emptyObjectsUnknown: true,
      enum: false,
      enumValues: false,
      conditionalEnums: false,
      dedupeEnums: false,
      excludeDeprecated: false,
      exportType: false,
      immutable: false,
      injectFooter: [],
      pathParamsAsTypes: false,
      propertiesRequiredByDefault: false,
      rootTypes: false,
      rootTypesNoSchemaPrefix: false,
      rootTypesKeepCasing: false,
      silent: true,
      makePathsEnum: false,
      generatePathParams: false,
      readWriteMarkers: false,
      postTransform: undefined,
      transform: (schema: TransformInput) =>
        (schema as SchemaObject).format === "binary"
          ? ts.factory.createTypeReferenceNode("BinaryValue")
          : (schema as WithType)[ownType],
      transformProperty: (property: PropertySignature, schema: TransformInput) => {
        this.docs.set(property, schema as SchemaObject);
        return undefined;
      },
      resolve: (ref: string) => this.resolve(ref),
    } as unknown as GlobalContext;
  }

  private resolve<T>(ref: string): T | undefined {
    let schema = this.schemas.get(nameOf(ref));
    for (let hops = 0; typeof schema === "object" && schema.$ref !== undefined && hops < 50; hops++) {
      schema = this.schemas.get(nameOf(schema.$ref));
    }
    return schema as T | undefined;
  }
}

interface WithType extends SchemaObject {
  readonly [ownType]?: TypeNode;
}

/** The transforms ask for a type of our own where a schema has one of theirs. */
function withType(schema: SchemaObject, type: TypeNode): WithType {
  return { ...docsIn(schema), type: "object", [ownType]: type };
}

function textNode(text: string): TypeNode {
  return ts.factory.createLiteralTypeNode(ts.factory.createStringLiteral(text));
}

function withRequired(type: TypeNode, names: readonly string[]): TypeNode {
  return ts.factory.createTypeReferenceNode("WithRequired", [
    type,
    ts.factory.createUnionTypeNode(names.map(textNode)),
  ]);
}

/** An object whose members may have any name. */
function indexed(type: TypeNode): TypeNode {
  return ts.factory.createTypeReferenceNode("Record", [
    ts.factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
    type,
  ]);
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

/** Members of a type that is one object and nothing else: it can be an interface. */
function membersOfObject(node: TypeNode): readonly TypeElement[] | undefined {
  if (ts.isTypeLiteralNode(node)) return node.members;
  if (!ts.isIntersectionTypeNode(node)) return undefined;
  const objects = node.types.filter(ts.isTypeLiteralNode);
  return objects.length === node.types.length ? mergedMembers(objects) : undefined;
}
