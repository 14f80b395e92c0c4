/** An object type with some optional members made required. */
export type WithRequired<T, Key extends keyof T> = T & { [Name in Key]-?: T[Name] };

/** An object type without some of its members; each member of a union loses them. */
export type Without<T, Key extends PropertyKey> = T extends unknown
  ? { [Name in keyof T as Name extends Key ? never : Name]: T[Name] }
  : never;
