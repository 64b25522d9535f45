import fc from "fast-check";

// One seed, so that a run that fails fails again. Long runs choose their own; FC_SEED tries another here.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_125) });
