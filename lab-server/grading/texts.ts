import type { Text } from "../contract/locale.ts";

/** Why a task is errored: sentences for the learner. Each ends in what to do now. */
export const REASONS = {
  probeSilent: {
    en: "The host did not answer one of the check's questions. Try again; if it happens again, reset the host.",
    "zh-cn": "宿主机没有回答检查程序的一个问题。请重试；如果再次出现，请重置宿主机。",
  },
  hostSilent: {
    en: "The host did not answer the check in time. Wait until it is less busy and try again.",
    "zh-cn": "宿主机没有及时回答检查程序。请等它空闲一些再试。",
  },
  judgeBroken: {
    en: "The check of this task has a fault of its own. It was logged for whoever runs this lab.",
    "zh-cn": "这项任务的检查程序自身有错误，已记入日志，供实验室管理员查看。",
  },
} as const satisfies Readonly<Record<string, Text>>;
