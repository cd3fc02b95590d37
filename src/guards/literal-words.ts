import { convertToTsx } from "@astrojs/astro2tsx";
import ts from "typescript";

/** A text that a reader would see, or hear, in one language only. */
export interface LiteralWord {
  readonly line: number;
  readonly text: string;
}

/** Attributes that are read by people. */
const READ = /^(title|alt|label|placeholder|caption|summary|aria-(label|description|roledescription|valuetext|placeholder))$/;
/** What is the same in every language: code, and what says so itself. */
const UNTRANSLATED = new Set(["code", "pre", "kbd", "samp", "script", "style"]);
const WORDS = /\p{L}{2,}|\p{Script=Han}/u;
/** Names and units, the same in every language. */
const NAMES = /\b(Ringside|[KMG]iB|ms|[KM]B|QEMU|KVM|libvirt|CPU|vCPU|smartgo_\d+)\b/g;

/** Words in the markup of a component that do not come from a table of texts in both languages. @param file ends in .tsx or .astro */
export function literalWords(file: string, source: string): readonly LiteralWord[] {
  const astro = file.endsWith(".astro");
  const code = astro ? convertToTsx(source, { filename: file }).code : source;
  const tree = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: LiteralWord[] = [];

  const note = (node: ts.Node, text: string): void => {
    const words = text.replace(NAMES, "").trim();
    if (!WORDS.test(words)) return;
    // Converted code has other lines; the text itself leads to the place.
    const at = astro ? source.indexOf(text.trim()) : node.getStart(tree);
    found.push({ line: source.slice(0, Math.max(at, 0)).split("\n").length, text: text.trim() });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxElement(node) && isUntranslated(node.openingElement)) return;
    if (ts.isJsxText(node)) note(node, decoded(node.text));
    else if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) && node.expression !== undefined) results(node.expression, note);
    else if (ts.isJsxAttribute(node) && READ.test(node.name.getText(tree)) && node.initializer !== undefined) {
      if (ts.isStringLiteral(node.initializer)) note(node, node.initializer.text);
      else if (ts.isJsxExpression(node.initializer) && node.initializer.expression !== undefined) results(node.initializer.expression, note);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isUntranslated(opening: ts.JsxOpeningElement): boolean {
  return (
    UNTRANSLATED.has(opening.tagName.getText()) ||
    opening.attributes.properties.some(
      (property) => ts.isJsxAttribute(property) && property.name.getText() === "translate" && property.initializer?.getText() === '"no"',
    )
  );
}

/** The literals that an expression may give: both sides of a choice, the pieces of a template. */
function results(expression: ts.Expression, note: (node: ts.Node, text: string) => void): void {
  if (ts.isStringLiteralLike(expression)) note(expression, expression.text);
  else if (ts.isParenthesizedExpression(expression)) results(expression.expression, note);
  else if (ts.isConditionalExpression(expression)) {
    results(expression.whenTrue, note);
    results(expression.whenFalse, note);
  } else if (ts.isBinaryExpression(expression) && isJoin(expression.operatorToken.kind)) {
    results(expression.left, note);
    results(expression.right, note);
  } else if (ts.isTemplateExpression(expression)) {
    for (const piece of [expression.head, ...expression.templateSpans.map(({ literal }) => literal)]) note(piece, piece.text);
  }
}

function isJoin(kind: ts.SyntaxKind): boolean {
  const { AmpersandAmpersandToken, BarBarToken, PlusToken, QuestionQuestionToken } = ts.SyntaxKind;
  return [AmpersandAmpersandToken, BarBarToken, PlusToken, QuestionQuestionToken].includes(kind);
}

function decoded(text: string): string {
  return text.replace(/&\w+;/g, " ");
}
