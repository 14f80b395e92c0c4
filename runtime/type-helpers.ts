/** An object type with some optional members made required; each object of a union that has them. */
export type WithRequired<T, Key extends PropertyKey> = T extends object
  ? T & { [Name in Key & keyof T]-?: T[Name] }
  : T;

/** An object type without some of its members; each member of a union loses them. */
export type Without<T, Key extends PropertyKey> = T extends unknown
  ? { [Name in keyof T as Name extends Key ? never : Name]: T[Name] }
  : never;
