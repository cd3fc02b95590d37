import type { ReactNode, Ref } from "react";

interface Props {
  readonly label: string;
  readonly onClick?: () => void;
  readonly disabled?: boolean;
  /** Set for a button that stays pressed. */
  readonly pressed?: boolean;
  /** The id of the popover that it opens. */
  readonly opens?: string;
  readonly ref?: Ref<HTMLButtonElement>;
  /** The strokes of the icon, on 16 by 16. */
  readonly children: ReactNode;
}

export function IconButton({ label, onClick, disabled = false, pressed, opens, ref, children }: Props): ReactNode {
  return (
    <button
      ref={ref}
      type="button"
      className="lab-icon"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      popoverTarget={opens}
      onClick={onClick}
    >
      <svg
        viewBox="0 0 16 16"
        width="15"
        height="15"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {children}
      </svg>
    </button>
  );
}
