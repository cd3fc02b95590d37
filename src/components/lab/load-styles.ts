const loaded = new Map<string, Promise<void>>();

/**
 * Links a style sheet once, when it is first needed: the builder would put an imported one on every page. For code that draws by itself and
 * measures what it drew; a component that React draws has a `<link precedence>`, for which React waits.
 */
export function loadStyles(href: string): Promise<void> {
  const known = loaded.get(href);
  if (known !== undefined) return known;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const loading = new Promise<void>((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      loaded.delete(href);
      link.remove();
      reject(new Error(`could not load ${href}`));
    };
  });
  document.head.append(link);
  loaded.set(href, loading);
  return loading;
}
