import { FactUnknown } from "../fact.ts";
import type { GuestFacts } from "./guest.ts";

/** For tests of judges: a guest of which just these facts are known. Reading any other throws, as it does in a check. */
export function sampleGuest<F extends GuestFacts>(known: Partial<F>): F {
  return new Proxy({ name: "smartgo_01", ...known } as F, {
    get(facts, field) {
      if (Object.hasOwn(facts, field)) return Reflect.get(facts, field);
      throw new FactUnknown({ en: "unknown", "zh-cn": "未知" }, `${String(field)} is not known in this sample`);
    },
  });
}
