import { judgeBootIds } from "./boot-ids.ts";

/** Says what the boot ids that a reader typed in prove. They are kept in the page alone. */
for (const verdict of document.querySelectorAll<HTMLElement>("[data-verdict]")) {
  const figure = verdict.closest("ringside-figure");
  const typed = (place: string) => figure?.querySelector<HTMLInputElement>(`[data-measured="boot_id-${place}"]`)?.value ?? "";
  figure?.addEventListener("input", () => {
    const { container, guest } = judgeBootIds(typed("host"), typed("container"), typed("guest"));
    const says = [
      container === undefined ? undefined : verdict.dataset[container ? "same" : "notSame"],
      guest === undefined ? undefined : verdict.dataset[guest ? "own" : "notOwn"],
    ];
    verdict.textContent = says.filter((said) => said !== undefined).join(document.documentElement.lang.startsWith("zh") ? "" : " ");
  });
}
