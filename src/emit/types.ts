import type { GlobalContext, SchemaObject as TransformInput } from "openapi-typescript";
import type { PropertySignature, TypeElement, TypeNode } from "typescript";
import type { NamedSchema, Schema, SchemaObject } from "../ir/index.js";
import { printComment } from "./print/comment.js";
import { docsOf, mergedMembers, openUnion, printMembers, printType, type TypeContext } from "./print/type.js";
import { mapSchema } from "./schema-parts.js";
import type { SourceFile } from "./source-file.js";
import { transformSchemaObject, ts } from "./typescript.js";

/** Prints schemas as TypeScript types, by openapi-typescript's transforms. */
export class TypePrinter {
  private readonly schemas: ReadonlyMap<string, Schema>;
  private readonly docs = new WeakMap<TypeElement, SchemaObject>();
  /** What stands in a union for the members that the description does not list. */
  private readonly unlisted = new WeakMap<object, TypeNode>();
  private readonly context: GlobalContext;
  private readonly transformer: typeof transformSchemaObject;

  /** @param transformer makes a type of a schema; a test compares with the one of the real compiler */
  constructor(schemas: readonly NamedSchema[], transformer = transformSchemaObject) {
    this.transformer = transformer;
    this.schemas = new Map(schemas.map(({ name, schema }) => [name, schema]));
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
    const options = { path: "#/components/schemas", ctx: this.context };
    return this.transformer(this.withUnlisted(schema) as TransformInput, options);
  }

  /**
   * A schema as the transform can take it: in `allOf` it has no way with what is no object. Open unions have one member
   * more, which the printer knows by its type.
   */
  private withUnlisted(schema: Schema): Schema {
    return mapSchema(schema, (written) => {
      const isPlain = written.allOf?.every((member) => typeof member === "object") ?? true;
      const part = isPlain
        ? written
        : { ...written, allOf: (written.allOf ?? []).filter((each) => typeof each === "object") };
      const { openBy, openDefault, anyOf, oneOf } = part;
      if (openBy === undefined) return part;
      const marker = { type: "object" };
      const fallback = openDefault === undefined ? [] : [this.transform(openDefault)];
      const key = ts.factory.createLiteralTypeNode(ts.factory.createStringLiteral(openBy));
      this.unlisted.set(marker, ts.factory.createTypeReferenceNode(openUnion, [key, ...fallback]));
      return oneOf === undefined
        ? { ...part, anyOf: [...(anyOf ?? []), marker] }
        : { ...part, oneOf: [...oneOf, marker] };
    });
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
          : this.unlisted.get(schema),
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
