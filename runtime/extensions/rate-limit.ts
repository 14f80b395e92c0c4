import type { Extension } from "../extension.js";
import { RateLimiter } from "../policies/rate-limiter.js";

/** Limits how many attempts begin in a span of time; an attempt waits for its turn while that fits into the deadline. */
export const rateLimit: Extension = { policy: "rateLimit", limiter: (policy) => new RateLimiter(policy) };
