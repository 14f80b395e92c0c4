/** An object type with some optional members made required; each object of a union that has them. */
export type WithRequired<T, Key extends PropertyKey> = T extends object
  ? T & { [Name in Key & keyof T]-?: Exclude<T[Name], undefined> }
  : T;

/** An object type without some of its members; each member of a union loses them. */
export type Without<T, Key extends PropertyKey> = T extends unknown
  ? { [Name in keyof T as Name extends Key ? never : Name]: T[Name] }
  : never;

/** A value that the description does not list. It is text, and nobody can write it down: a `switch` has it as `default`. */
export declare enum UnlistedValue {
  value = "~",
}

/**
 * A union that `Key` tells apart, with one member more for values of `Key` that the description does not list: a newer
 * server may send them. Of that member the properties are known that all others have, or those of `Default`.
 */
export type OpenUnion<Members, Key extends PropertyKey, Default = never> =
  | Members
  | ([Default] extends [never]
      ? { [Name in Exclude<keyof NonNullable<Members>, Key>]: NonNullable<Members>[Name] } & {
          [Name in Key]: UnlistedValue;
        }
      : Without<Default, Key> & { [Name in Key]?: UnlistedValue | undefined });
