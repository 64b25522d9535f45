import { describeStore } from "../testing/conformance.js";
import { createMemoryStore } from "./memory.js";

describeStore("memory", async (clock) => createMemoryStore({ now: () => clock.now }));
