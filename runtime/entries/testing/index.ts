export { seededRandom } from "../../src/base/seeded-random.js";
export { breakerStoreContract, type StoreContractCase } from "../stores/contract.js";
export { type Fault, type FaultOptions, type FaultTransport, faultTransport } from "./faults.js";
export { VirtualClock } from "./virtual-clock.js";
