import type { Locale, Text } from "../../../lab-server/contract/locale.ts";

export type { Locale, Text };

/** One text of a figure in both languages. Texts may name commands between backticks. */
export function both(en: string, zhCn: string): Text {
  return { en, "zh-cn": zhCn };
}

/** What every figure says about its own controls. */
export const FIGURE_WORDS = {
  place: both("Step %n of %all", "第 %n 步，共 %all 步"),
  steps: both("Steps", "步骤"),
  first: both("Start over", "从头开始"),
  back: both("Back", "上一步"),
  on: both("Next", "下一步"),
  asTable: both("The whole figure as a table", "整张图的表格"),
} satisfies Record<string, Text>;
