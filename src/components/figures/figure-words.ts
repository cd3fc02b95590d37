import type { Locale, Text } from "../../../lab-server/contract/locale.ts";

export type { Locale, Text };

/** One text of a figure in both languages. Texts may name commands between backticks. */
export function both(en: string, zhCn: string): Text {
  return { en, "zh-cn": zhCn };
}

/** Between parts of a sentence that a component puts together. */
export const COLON: Text = { en: ": ", "zh-cn": "：" };
export const COMMA: Text = { en: ", ", "zh-cn": "，" };
export const AND: Text = { en: ", ", "zh-cn": "、" };

/** What every figure says about its own controls. */
export const FIGURE_WORDS = {
  place: both("Step %n of %all", "第 %n 步，共 %all 步"),
  steps: both("Steps", "步骤"),
  first: both("Start over", "从头开始"),
  back: both("Back", "上一步"),
  on: both("Next", "下一步"),
} satisfies Record<string, Text>;
