export { seededRandom } from "../../seeded-random.js";
export { type Fault, type FaultOptions, type FaultTransport, faultTransport } from "./faults.js";
export { VirtualClock } from "./virtual-clock.js";
