import type { Locale } from "../../lab-server/contract/locale.ts";

/** What is said of courses of learning platforms. */
const en = {
  courses: "Your courses at learning platforms",
  intro: "Who of a course has not opened the lab yet. Your platform is asked when you open the list, and nothing of it is kept here.",
  at: (course: string, platform: string) => `${course} (${platform})`,
  untitled: "A course",
  asking: "Asking the learning platform…",
  again: "Ask again",
  come: (come: number, all: number) => (all === 1 ? `${come} of 1 learner has been here.` : `${come} of ${all} learners have been here.`),
  nobody: "The platform names no learner in this course.",
  missing: (count: number) => `Not here yet (${count})`,
  here: (count: number) => `Have been here (${count})`,
  nameless: "somebody whose name the platform does not tell",
  last: (date: string) => `last on ${date}`,
};

export type CourseStrings = typeof en;

const zh: CourseStrings = {
  courses: "你在学习平台上的课程",
  intro: "看看课程里还有谁没有进过实验室。打开名单时才会向学习平台查询，这里不会保存名单。",
  at: (course, platform) => `${course}（${platform}）`,
  untitled: "未命名课程",
  asking: "正在向学习平台查询……",
  again: "重新查询",
  come: (come, all) => `${all} 名学员中有 ${come} 名来过。`,
  nobody: "学习平台上这门课程还没有学员。",
  missing: (count) => `还没来过（${count}）`,
  here: (count) => `来过（${count}）`,
  nameless: "平台未提供姓名的学员",
  last: (date) => `最近一次：${date}`,
};

export const COURSE_STRINGS: Readonly<Record<Locale, CourseStrings>> = { en, "zh-cn": zh };
