import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const MONO = "var(--rs-font-mono)";

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.tagName, tags.angleBracket], color: "var(--rs-host)" },
    { tag: tags.attributeName, color: "var(--sl-color-text-accent)" },
    { tag: tags.attributeValue, color: "var(--rs-guest)" },
    { tag: [tags.comment, tags.processingInstruction, tags.documentMeta], color: "var(--sl-color-gray-3)", fontStyle: "italic" },
    { tag: [tags.character, tags.special(tags.string)], color: "var(--rs-warn)" },
    { tag: tags.invalid, color: "var(--rs-bad)" },
  ]),
);

/** The editor in the site's colours, which change with its theme by themselves. */
export function codeLook(dark: boolean): Extension {
  const theme = EditorView.theme(
    {
      "&": { height: "100%", backgroundColor: "var(--rs-terminal-bg)", color: "var(--sl-color-white)", fontSize: "0.8125rem" },
      "&.cm-focused": { outline: "none" },
      ".cm-scroller": { fontFamily: MONO, fontVariantLigatures: "none", lineHeight: "1.6", overflow: "auto" },
      ".cm-content": { caretColor: "var(--rs-host)", paddingBlock: "0.5rem" },
      ".cm-cursor": { borderLeftColor: "var(--rs-host)", borderLeftWidth: "2px" },
      "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "#2b8f7a55" },
      ".cm-activeLine": { backgroundColor: "#2b8f7a14" },
      ".cm-gutters": { backgroundColor: "var(--rs-terminal-bg)", color: "var(--sl-color-gray-3)", borderRight: "1px solid var(--sl-color-hairline)" },
      ".cm-activeLineGutter": { backgroundColor: "#2b8f7a22", color: "var(--sl-color-white)" },
      ".cm-foldPlaceholder": { backgroundColor: "var(--sl-color-gray-6)", border: "1px solid var(--sl-color-gray-5)", color: "var(--sl-color-gray-2)" },
      ".cm-matchingBracket": { backgroundColor: "#2b8f7a44" },
      ".cm-searchMatch": { backgroundColor: "#c4913a55" },
      ".cm-searchMatch-selected": { backgroundColor: "#c4913aaa" },
      ".cm-tooltip": {
        backgroundColor: "var(--rs-raised)",
        color: "var(--sl-color-white)",
        border: "1px solid var(--sl-color-hairline-light)",
        borderRadius: "0.4rem",
        boxShadow: "0 6px 20px rgb(0 0 0 / 22%)",
      },
      ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: MONO, maxHeight: "14em" },
      ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15rem 0.6rem", lineHeight: "1.6" },
      ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--sl-color-accent-low)", color: "var(--sl-color-white)" },
      ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700", color: "var(--rs-host)" },
      ".cm-diagnostic": { fontFamily: "var(--__sl-font, sans-serif)", padding: "0.35rem 0.7rem", whiteSpace: "pre-wrap", maxWidth: "32rem" },
      ".cm-panels": { backgroundColor: "var(--rs-raised)", color: "var(--sl-color-white)" },
      ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--sl-color-hairline)" },
      ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--sl-color-hairline)" },
      ".cm-panel.cm-search": { padding: "0.4rem 2rem 0.4rem 0.6rem", fontSize: "0.8125rem" },
      ".cm-panel.cm-search label": { color: "var(--sl-color-gray-2)" },
      ".cm-panel.cm-search [name=close]": { color: "var(--sl-color-white)", fontSize: "1.2rem", minWidth: "24px", minHeight: "24px" },
      ".cm-textfield": {
        backgroundColor: "var(--rs-surface)",
        color: "var(--sl-color-white)",
        border: "1px solid var(--sl-color-gray-4)",
        borderRadius: "0.3rem",
        padding: "0.2rem 0.5rem",
      },
      ".cm-button": {
        backgroundImage: "none",
        backgroundColor: "var(--rs-surface)",
        color: "var(--sl-color-white)",
        border: "1px solid var(--sl-color-gray-4)",
        borderRadius: "0.3rem",
        padding: "0.15rem 0.6rem",
        minHeight: "24px",
      },
    },
    { dark },
  );
  return [theme, colours];
}
