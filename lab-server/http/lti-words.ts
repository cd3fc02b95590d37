import type { Text } from "../contract/locale.ts";

/** All that pages below `/lti/` say. */
export const WORDS = {
  title: { en: "Ringside", "zh-cn": "Ringside" },
  wait: { en: "One moment: your learning platform is being asked who you are.", "zh-cn": "请稍候：正在向学习平台确认你的身份。" },
  newTab: { en: "Open the lab in a new tab", "zh-cn": "在新标签页中打开实验室" },
  newTabWhy: {
    en: "Your browser does not let the lab remember you inside the page of another site. In a tab of its own it works.",
    "zh-cn": "浏览器不允许实验室在其他网站的页面里记住你。在单独的标签页中就可以。",
  },
  enter: { en: "Open the lab", "zh-cn": "打开实验室" },
  enterWhy: {
    en: "The lab opens in a tab of its own: its terminals need the keyboard, the clipboard and the whole window.",
    "zh-cn": "实验室会在单独的标签页中打开：终端需要用到键盘、剪贴板和整个窗口。",
  },
  enterLate: {
    en: "This page has been open for too long. Open the activity in your course again.",
    "zh-cn": "这个页面打开太久了。请回到课程重新打开这个活动。",
  },
  choose: { en: "Choose exercises for your course", "zh-cn": "为课程选择练习" },
  chooseOne: { en: "Choose an exercise for your course", "zh-cn": "为课程选择一个练习" },
  points: { en: "{points} points", "zh-cn": "{points} 分" },
  add: { en: "Add to the course", "zh-cn": "添加到课程" },
  cancel: { en: "Add nothing", "zh-cn": "不添加" },
  returning: { en: "Back to your course", "zh-cn": "返回课程" },
  returningWhy: { en: "Your choice is being sent to the learning platform.", "zh-cn": "正在把你的选择发送到学习平台。" },
  registered: { en: "The lab is registered", "zh-cn": "实验室已注册" },
  registeredNext: {
    en: "{name} knows the lab now. Activate the tool there if it is shown as pending, and close this window.",
    "zh-cn": "{name} 现在已经认识实验室。如果工具显示为待激活，请在那里激活它，然后关闭这个窗口。",
  },
  noDeployment: {
    en: "The platform has not said under which deployment id it will launch the lab: whoever runs the lab adds it to the registration.",
    "zh-cn": "平台没有告诉我们它的部署编号（deployment id）：请实验室的管理员把它加到注册信息里。",
  },
  problem: { en: "The lab could not be opened", "zh-cn": "无法打开实验室" },
} as const satisfies Readonly<Record<string, Text>>;
