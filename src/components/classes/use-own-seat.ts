import { useEffect, useState } from "react";
import type { Me, SeatView } from "../../../lab-server/contract/seat.ts";
import type { LabCall } from "../../lab/lab-client.ts";
import { seatEvents } from "../../lab/seat-events.ts";

/**
 * The seat of whoever looks at the page, as it is now. It may have been started in another tab: whoever comes back from there finds it.
 * @param version another number asks anew
 */
export function useOwnSeat(call: LabCall, version: number): SeatView | undefined {
  const [seat, setSeat] = useState<SeatView>();
  const id = seat?.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another question
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState !== "visible") return;
      call<Me>("GET", "me")
        .then((me) => setSeat(me.seat ?? undefined))
        .catch(() => {});
    };
    look();
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("focus", look);
    };
  }, [call, version]);

  useEffect(() => {
    if (id === undefined) return;
    return seatEvents()(id, {
      onEvent: (event) => {
        if (event.type === "seat") setSeat(event.seat.phase === "ended" ? undefined : event.seat);
      },
      onLive: () => {},
      onRefused: () => setSeat(undefined),
    });
  }, [id]);
  return seat;
}
