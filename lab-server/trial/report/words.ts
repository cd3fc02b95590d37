import type { Locale } from "../../contract/locale.ts";

interface Words {
  readonly head: readonly [exercise: string, title: string, work: string, result: string, tasks: string, time: string];
  readonly passed: string;
  readonly failed: string;
  readonly errored: string;
  readonly expected: string;
  readonly found: string;
  readonly look: string;
  readonly reason: string;
  readonly total: (counts: { readonly passed: number; readonly failed: number; readonly errored: number }, seconds: string) => string;
}

/** What the reports for people say by themselves. */
export const WORDS: Readonly<Record<Locale, Words>> = {
  en: {
    head: ["exercise", "title", "case", "result", "tasks", "time"],
    passed: "passed",
    failed: "failed",
    errored: "errored",
    expected: "expected",
    found: "found",
    look: "look",
    reason: "reason",
    total: ({ passed, failed, errored }, seconds) => `${passed} passed, ${failed} failed, ${errored} could not be graded, in ${seconds}`,
  },
  "zh-cn": {
    head: ["练习", "标题", "方式", "结果", "任务", "用时"],
    passed: "通过",
    failed: "未通过",
    errored: "出错",
    expected: "应当",
    found: "实际",
    look: "查看",
    reason: "原因",
    total: ({ passed, failed, errored }, seconds) => `通过 ${passed} 项，未通过 ${failed} 项，无法评分 ${errored} 项，共用 ${seconds}`,
  },
};

/** Milliseconds as a person reads them. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
