declare module "openapi-typescript/dist/transform/schema-object.mjs" {
  import type { ReferenceObject, SchemaObject, TransformNodeOptions } from "openapi-typescript";
  import type { TypeNode } from "typescript";

  export default function transformSchemaObject(
    schema: SchemaObject | ReferenceObject,
    options: TransformNodeOptions,
  ): TypeNode;
}
