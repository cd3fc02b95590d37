export interface DropOptions {
  /** Files that were dropped. */
  readonly onFiles: (files: readonly File[]) => void;
  /** Whether files are held over the place, for a hint of where they would go. */
  readonly onOver: (over: boolean) => void;
  /** There was a folder among what was dropped; it is left out. */
  readonly onFolder?: () => void;
}

/**
 * Makes an element take files that are dropped on it. Text and links that are dragged stay the browser's.
 * @returns the way to stop.
 */
export function acceptDrops(element: HTMLElement, { onFiles, onOver, onFolder }: DropOptions): () => void {
  // Each child that is entered and left tells of it as well.
  let depth = 0;
  const leaving = new AbortController();
  const listen = (type: "dragenter" | "dragover" | "dragleave" | "drop", listener: (event: DragEvent) => void): void =>
    element.addEventListener(
      type,
      (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        // Otherwise the browser would leave the page and show the file.
        event.preventDefault();
        event.stopPropagation();
        listener(event);
      },
      { signal: leaving.signal, capture: true },
    );
  listen("dragenter", () => {
    depth += 1;
    if (depth === 1) onOver(true);
  });
  listen("dragover", (event) => {
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy";
  });
  listen("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) onOver(false);
  });
  listen("drop", (event) => {
    depth = 0;
    onOver(false);
    const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry()?.isDirectory === true);
    const files = items.filter((item) => !folders.includes(item)).flatMap((item) => item.getAsFile() ?? []);
    if (folders.length > 0) onFolder?.();
    if (files.length > 0) onFiles(files);
  });
  return () => leaving.abort();
}
