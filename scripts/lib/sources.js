import { createJiti } from "jiti";

/** A module of src/ as it is written: in dist/ it is part of a bundle. */
export function source(path) {
  return createJiti(import.meta.url).import(`../../src/${path}`);
}
