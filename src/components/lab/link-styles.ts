/**
 * Links a style sheet once it is needed: the builder would put an imported one on every page. Its address is imported with
 * `?url&no-inline`. Resolves when it is there.
 */
export async function linkStyles(href: string): Promise<void> {
  if (document.querySelector(`link[rel=stylesheet][href="${CSS.escape(href)}"]`) !== null) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  await new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error(`could not load ${href}`));
    document.head.append(link);
  });
}
