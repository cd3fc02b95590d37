import { createStore, type WritableStore } from "./store.ts";

/** The exercise that the lab of this page shows: one of the lesson's. Undefined until the lab is there. */
export const chosenExercise: WritableStore<string | undefined> = createStore<string | undefined>(undefined);
