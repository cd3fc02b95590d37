import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** The site's theme, as the reader has chosen it. */
export function useSiteTheme(): "dark" | "light" {
  return useSyncExternalStore(subscribe, () => (document.documentElement.dataset["theme"] === "light" ? "light" : "dark"));
}
