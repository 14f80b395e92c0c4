import type { Cursor, Problems } from "../../diagnostics/index.js";
import type { OpenApiVersion } from "../../load/index.js";
import type { Schema, SchemaObject } from "../api.js";
import type { Difference, Direction } from "../direction.js";
import type { DiscriminatorContext } from "../discriminator.js";

/** What normalizing a schema asks for. */
export interface NormalizeContext extends DiscriminatorContext {
  readonly direction: Direction;
  readonly version: OpenApiVersion;
  readonly problems: Problems;
  /** Members that this direction does not have, of the compositions that the schema is a part of. */
  readonly hidden: ReadonlySet<string>;
  /** The same for a part that goes another way. */
  toward(direction: Direction): NormalizeContext;
  /** The reference to a named schema that a `$ref` becomes. */
  reference(at: Cursor): Schema;
  /** Told that another direction would look different. */
  sawDifference(difference: Difference): void;
  /** Told each schema; throws when there are too many. */
  sawSchema(at: Cursor): void;
}

export type Draft = { -readonly [Key in keyof SchemaObject]: SchemaObject[Key] };
