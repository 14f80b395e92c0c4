// What is deployed.
import { createHandler } from "./handler.js";

export default { fetch: createHandler() };
