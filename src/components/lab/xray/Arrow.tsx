import type { ReactNode } from "react";

/** A small arrow; what it means stands beside it. */
export function Arrow({ to }: { readonly to: "up" | "down" | "right" }): ReactNode {
  const turn = { up: -90, down: 90, right: 0 }[to];
  return (
    <svg className="xr-arrow" viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" focusable="false">
      <path
        d="M2 8h11M9 4l4 4-4 4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        transform={`rotate(${turn} 8 8)`}
      />
    </svg>
  );
}
