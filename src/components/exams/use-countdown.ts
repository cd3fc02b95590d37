import { useEffect, useState } from "react";

/** What is left now, ms, drawn anew each second. The server's word counts from its arrival; undefined where there is no end. */
export function useCountdown(endsInMs: number | undefined, key: unknown): number | undefined {
  const [now, setNow] = useState(() => performance.now());
  const [until, setUntil] = useState<{ readonly key: unknown; readonly ms: number | undefined; readonly at: number }>();
  useEffect(() => {
    if (endsInMs === undefined) return;
    setUntil({ key, ms: endsInMs, at: performance.now() + endsInMs });
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [endsInMs, key]);
  if (endsInMs === undefined) return undefined;
  return until?.ms === endsInMs && until.key === key ? Math.max(0, until.at - now) : endsInMs;
}
