import { z } from "zod";
import type { Locale } from "./locale.ts";

/**
 * Everything that can go wrong and that a learner may be told of. The list is short on purpose: a new
 * code is a new sentence in two languages and a new thing for a person to understand.
 */
export const PROBLEM_CODES = [
  "bad_request",
  "not_signed_in",
  "sign_in_needed",
  "not_allowed",
  "wrong_password",
  "token_refused",
  "token_not_allowed",
  "limit_reached",
  "login_taken",
  "sign_in_failed",
  "no_such_class",
  "class_full",
  "class_over",
  "exam_early",
  "exam_not_begun",
  "exam_running",
  "exam_over",
  "exam_used",
  "exam_refused",
  "evidence_gone",
  "class_paused",
  "not_found",
  "not_yours",
  "unknown_exercise",
  "seat_taken",
  "seat_ended",
  "host_not_ready",
  "host_lost",
  "node_restarted",
  "host_parked",
  "time_up",
  "time_up_lost",
  "host_unused",
  "host_failed",
  "no_room",
  "no_disk",
  "cannot_save",
  "snapshots_full",
  "recordings_full",
  "busy",
  "guest_off",
  "no_screen",
  "spice_only",
  "no_desktop",
  "desktop_in_making",
  "desktop_not_made",
  "too_large",
  "too_many",
  "check_errored",
  "no_such_file",
  "is_folder",
  "is_file",
  "special_file",
  "not_text",
  "no_permission",
  "file_exists",
  "file_changed",
  "file_refused",
  "host_disk_full",
  "libvirt_refused",
  "launch_refused",
  "launch_over",
  "platform_unknown",
  "platform_failed",
  "link_over",
  "shutting_down",
  "internal",
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What crosses the wire when something failed: the code, and the values its sentences name. */
export const problemSchema = z.object({
  code: z.enum(PROBLEM_CODES),
  /** Values for the `{name}` places of the sentence. */
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** The same failure in the reader's language, for those who read the reply without our page. */
  message: z.string().optional(),
  /** What to do now, likewise. */
  next: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

interface ProblemText {
  readonly message: string;
  readonly next: string;
}

/** The learner's sentences: what happened, and what to do next. `{name}` is filled from `params`. */
export const PROBLEM_TEXTS: Readonly<Record<ProblemCode, Readonly<Record<Locale, ProblemText>>>> = {
  bad_request: {
    en: { message: "The request was not understood: {reason}.", next: "Reload the page and try again." },
    "zh-cn": { message: "无法理解这个请求：{reason}。", next: "请刷新页面后重试。" },
  },
  not_signed_in: {
    en: { message: "The lab does not know this browser yet.", next: "Reload the page. Cookies must be allowed for this site." },
    "zh-cn": { message: "实验服务器还不认识这个浏览器。", next: "请刷新页面，并允许本站使用 Cookie。" },
  },
  sign_in_needed: {
    en: { message: "This is for people who are signed in.", next: "Sign in and try again." },
    "zh-cn": { message: "登录之后才能使用这个功能。", next: "请登录后重试。" },
  },
  not_allowed: {
    en: { message: "Your account may not do this.", next: "Ask whoever runs the lab, if you need it." },
    "zh-cn": { message: "你的账号没有这项权限。", next: "如有需要，请联系实验平台的管理员。" },
  },
  wrong_password: {
    en: { message: "The name and the password do not belong together.", next: "Check both and try again. Whoever runs the lab can give you a new password." },
    "zh-cn": { message: "用户名和密码不匹配。", next: "请检查后重试。管理员可以为你重设密码。" },
  },
  token_refused: {
    en: { message: "This token is not known, was revoked, or has expired.", next: "Make a new one on the account page." },
    "zh-cn": { message: "这个令牌不存在、已撤销或已过期。", next: "请到账号页面创建一个新的。" },
  },
  token_not_allowed: {
    en: { message: "This token may not do this.", next: "Use one with more rights; what only people do is done on the account page." },
    "zh-cn": { message: "这个令牌没有这项权限。", next: "请换用权限更大的令牌；只能由本人完成的操作请在账号页面进行。" },
  },
  limit_reached: {
    en: { message: "There are {limit} of these already, and more are not taken.", next: "Remove one, or wait until one is done, and try again." },
    "zh-cn": { message: "这样的项目已有 {limit} 个，达到上限。", next: "请先删除一个，或等其中一个完成后重试。" },
  },
  login_taken: {
    en: { message: "Somebody has the name “{login}” already.", next: "Choose another one, or sign in if it is yours." },
    "zh-cn": { message: "用户名“{login}”已有人使用。", next: "请换一个；如果它就是你的，请直接登录。" },
  },
  sign_in_failed: {
    en: { message: "Signing in at your school did not work.", next: "Try again from the account page. If it fails again, tell whoever runs the lab." },
    "zh-cn": { message: "通过学校登录没有成功。", next: "请回到账号页面重试；如果仍然失败，请联系实验平台的管理员。" },
  },
  no_such_class: {
    en: { message: "This code leads to no class.", next: "Check it, or ask your instructor for a new one." },
    "zh-cn": { message: "这个加入码没有对应的班级。", next: "请检查是否输错，或向老师要一个新的。" },
  },
  class_full: {
    en: { message: "All {seats} seats of this class are taken.", next: "Ask your instructor for another seat." },
    "zh-cn": { message: "这个班级的 {seats} 个名额已满。", next: "请让老师增加名额。" },
  },
  class_over: {
    en: { message: "This class is over.", next: "Ask your instructor, if you think that it is not." },
    "zh-cn": { message: "这个班级已经结束。", next: "如有疑问，请联系老师。" },
  },
  exam_early: {
    en: { message: "The exam cannot begin yet.", next: "Come back when the class has opened." },
    "zh-cn": { message: "考试还没有开始。", next: "请在班级开放后再来。" },
  },
  exam_not_begun: {
    en: { message: "This exercise is part of the exam of “{class}”.", next: "Begin the exam on your class page; there it says what holds." },
    "zh-cn": { message: "这个练习属于班级“{class}”的考试。", next: "请在班级页面开始考试，那里写明了规则。" },
  },
  exam_running: {
    en: { message: "You are in an exam.", next: "Finish its tasks, or hand it in on your class page first." },
    "zh-cn": { message: "你正在考试。", next: "请先完成考试题目，或在班级页面交卷。" },
  },
  exam_over: {
    en: { message: "Your exam is over.", next: "Your class page shows how it stands. What your hosts were like at the end was kept and is graded." },
    "zh-cn": { message: "你的考试已经结束。", next: "班级页面会显示考试情况。结束时宿主机的状态已保存，并据此评分。" },
  },
  exam_used: {
    en: { message: "You have used every attempt at this exercise.", next: "Go on with another task of the exam, or hand it in." },
    "zh-cn": { message: "这个练习的检查次数已经用完。", next: "请继续做考试的其他题目，或者交卷。" },
  },
  exam_refused: {
    en: { message: "This is not allowed in your exam.", next: "Go on without it." },
    "zh-cn": { message: "考试中不允许这样做。", next: "请用其他办法继续。" },
  },
  evidence_gone: {
    en: { message: "What this verdict rests on is not kept any more.", next: "Look at the verdict itself, and decide by hand." },
    "zh-cn": { message: "这次判定的依据已不再保存。", next: "请查看判定本身，并手工决定。" },
  },
  class_paused: {
    en: { message: "Your instructor has paused the class.", next: "Your host stands still. It goes on by itself when the class does." },
    "zh-cn": { message: "老师暂停了课堂。", next: "你的宿主机已停在当前状态，课堂继续后会自动恢复。" },
  },
  not_found: {
    en: { message: "There is nothing at this address.", next: "Check the address, or go back to the lesson." },
    "zh-cn": { message: "这个地址下没有内容。", next: "请检查地址，或回到课程页面。" },
  },
  not_yours: {
    en: { message: "This host belongs to another learner.", next: "Start a host of your own from the lesson." },
    "zh-cn": { message: "这台宿主机属于另一位学员。", next: "请在课程页面启动你自己的宿主机。" },
  },
  unknown_exercise: {
    en: { message: "There is no exercise named “{exercise}”.", next: "Start the exercise from its lesson." },
    "zh-cn": { message: "没有名为“{exercise}”的练习。", next: "请从对应的课程页面启动练习。" },
  },
  seat_taken: {
    en: {
      message: "You already have a host, for the exercise “{exercise}”.",
      next: "Go on there, or end that host and start this exercise.",
    },
    "zh-cn": { message: "你已经有一台宿主机，用于练习“{exercise}”。", next: "可以回去继续，或结束那台宿主机再启动本练习。" },
  },
  seat_ended: {
    en: { message: "This host has ended.", next: "Start a new one. Your results are kept." },
    "zh-cn": { message: "这台宿主机已经结束。", next: "请启动一台新的宿主机，你的成绩都在。" },
  },
  host_not_ready: {
    en: { message: "The host is not ready yet.", next: "Wait until every step of the start is done." },
    "zh-cn": { message: "宿主机还没有准备好。", next: "请等启动步骤全部完成。" },
  },
  host_lost: {
    en: {
      message: "The host stopped unexpectedly. What was in it is gone; your results are kept.",
      next: "Get a new host with one click.",
    },
    "zh-cn": { message: "宿主机意外停止，里面的内容已经丢失，但你的成绩都在。", next: "点一下即可换一台新的宿主机。" },
  },
  node_restarted: {
    en: {
      message: "The machine that runs this lab was restarted while your host was running. What was in it is gone; your results are kept.",
      next: "Get a new host in the exercise’s starting state with one click.",
    },
    "zh-cn": {
      message: "运行实验的机器重启了，当时你的宿主机正在运行，里面的内容已经丢失，但你的成绩都在。",
      next: "点一下即可换一台处于练习初始状态的新宿主机。",
    },
  },
  host_parked: {
    en: { message: "Your host was saved to the disk and waits there.", next: "Wake it: it goes on where it stood." },
    "zh-cn": { message: "你的宿主机已保存到磁盘，正在那里等你。", next: "唤醒它，它会从停下的地方继续。" },
  },
  time_up: {
    en: {
      message: "Your host’s time was up, so it was saved to the disk with all that runs in it.",
      next: "Wake it when you want to go on: it goes on where it stood.",
    },
    "zh-cn": { message: "这台宿主机的使用时间已到，它连同里面运行的一切已保存到磁盘。", next: "想继续时唤醒它，它会从停下的地方继续。" },
  },
  time_up_lost: {
    en: {
      message: "The time of your host for “{exercise}” was up. It could not be saved, so it was ended; your results are kept.",
      next: "Start a new one whenever you like.",
    },
    "zh-cn": { message: "练习“{exercise}”的宿主机使用时间已到，又无法保存，所以已经结束。你的成绩都在。", next: "随时可以启动一台新的。" },
  },
  host_unused: {
    en: {
      message: "Your host for “{exercise}” had not been used for a long time, so it was cleared away; your results are kept.",
      next: "Start a new one whenever you like.",
    },
    "zh-cn": { message: "练习“{exercise}”的宿主机很久没有使用，已被清理。你的成绩都在。", next: "随时可以启动一台新的。" },
  },
  host_failed: {
    en: { message: "The host could not be started: the step “{step}” failed.", next: "Try again. If it fails again, tell whoever runs this lab." },
    "zh-cn": { message: "宿主机启动失败：步骤“{step}”没有成功。", next: "请重试。如果仍然失败，请联系实验室的管理员。" },
  },
  no_room: {
    en: { message: "This machine is full. You are number {place} in the queue.", next: "Keep this page open: your host starts by itself." },
    "zh-cn": { message: "机器已满，你排在第 {place} 位。", next: "请保持页面打开，轮到你时宿主机会自动启动。" },
  },
  no_disk: {
    en: { message: "The lab’s disk is nearly full, so nothing was saved.", next: "Remove a snapshot that you no longer need, or tell whoever runs this lab." },
    "zh-cn": { message: "实验服务器的磁盘快满了，没有保存任何内容。", next: "请删除不再需要的快照，或联系实验室的管理员。" },
  },
  cannot_save: {
    en: {
      message: "On this machine hosts cannot be saved, so nothing was saved. Your host runs on as it was.",
      next: "Go on without. Whoever runs this lab finds in its log what to change.",
    },
    "zh-cn": {
      message: "这台机器上无法保存宿主机，所以没有保存任何内容，你的宿主机照常运行。",
      next: "可以不保存继续；实验室的管理员能在日志里看到要改什么。",
    },
  },
  snapshots_full: {
    en: { message: "You have {limit} snapshots, and more are not kept.", next: "Remove one, then take a new one." },
    "zh-cn": { message: "你已有 {limit} 个快照，达到上限。", next: "请先删除一个，再拍新的。" },
  },
  recordings_full: {
    en: { message: "You have {limit} recordings, and more are not kept.", next: "Remove one, then record again." },
    "zh-cn": { message: "你已有 {limit} 段录制，达到上限。", next: "请先删除一段，再开始录制。" },
  },
  busy: {
    en: { message: "The host is busy with: {operation}.", next: "Wait a moment and try again." },
    "zh-cn": { message: "宿主机正忙：{operation}。", next: "请稍等片刻再试。" },
  },
  guest_off: {
    en: { message: "The guest “{guest}” is not running.", next: "Start it: its screen then comes back by itself." },
    "zh-cn": { message: "客户机“{guest}”没有在运行。", next: "请启动它，屏幕会自动恢复。" },
  },
  no_screen: {
    en: {
      message: "The guest “{guest}” has no graphical screen.",
      next: "Use its serial console, or give it a screen with “--graphics vnc” and start it again.",
    },
    "zh-cn": { message: "客户机“{guest}”没有图形屏幕。", next: "请使用它的串口控制台，或用“--graphics vnc”给它加一个屏幕再重新启动。" },
  },
  spice_only: {
    en: {
      message: "The guest “{guest}” shows its screen by SPICE, which this page cannot draw.",
      next: "Use its serial console, or change “spice” to “vnc” in its definition and start it again.",
    },
    "zh-cn": { message: "客户机“{guest}”通过 SPICE 显示屏幕，本页面无法显示。", next: "请使用它的串口控制台，或在定义中把“spice”改成“vnc”后重新启动。" },
  },
  no_desktop: {
    en: { message: "This host has no desktop.", next: "Use the terminal, or start an exercise whose host has one." },
    "zh-cn": { message: "这台宿主机没有图形桌面。", next: "请使用终端，或启动一个带桌面的练习。" },
  },
  desktop_in_making: {
    en: {
      message: "The hosts with a desktop are still being made; about {minutes} min are left.",
      next: "Take another exercise meanwhile, and start this one later.",
    },
    "zh-cn": { message: "带桌面的宿主机还在制作中，大约还要 {minutes} 分钟。", next: "可以先做别的练习，稍后再来启动这一个。" },
  },
  desktop_not_made: {
    en: { message: "This lab has no hosts with a desktop: they could not be made.", next: "Take another exercise, or tell whoever runs this lab." },
    "zh-cn": { message: "这个实验室没有带桌面的宿主机：制作没有成功。", next: "请先做别的练习，或联系实验室的管理员。" },
  },
  too_large: {
    en: { message: "That was too large: at most {limit} are taken.", next: "Send less at once." },
    "zh-cn": { message: "内容太大，最多 {limit}。", next: "请减少一次发送的内容。" },
  },
  too_many: {
    en: { message: "Too many requests in a short time.", next: "Wait {seconds} s and try again." },
    "zh-cn": { message: "短时间内请求太多。", next: "请等 {seconds} 秒后重试。" },
  },
  check_errored: {
    en: { message: "The check itself failed. This is our fault: no attempt was counted.", next: "Try again. If it fails again, reset the host." },
    "zh-cn": { message: "检查程序自身出错了。这是我们的问题，不计入你的尝试次数。", next: "请重试；如果仍然出错，请重置宿主机。" },
  },
  no_such_file: {
    en: { message: "There is no “{path}” in your host.", next: "Check the path: it may have been moved or removed." },
    "zh-cn": { message: "你的宿主机里没有“{path}”。", next: "请检查路径，它可能已被移动或删除。" },
  },
  is_folder: {
    en: { message: "“{path}” is a folder.", next: "Choose a file in it." },
    "zh-cn": { message: "“{path}”是一个文件夹。", next: "请选择其中的文件。" },
  },
  is_file: {
    en: { message: "“{path}” is a file and not a folder.", next: "Open it, or choose the folder that it is in." },
    "zh-cn": { message: "“{path}”是文件，不是文件夹。", next: "可以打开它，或选择它所在的文件夹。" },
  },
  special_file: {
    en: { message: "“{path}” is no ordinary file but a device, a pipe or a socket.", next: "Look at it in the terminal." },
    "zh-cn": { message: "“{path}”不是普通文件，而是设备、管道或套接字。", next: "请在终端里查看它。" },
  },
  not_text: {
    en: { message: "“{path}” is not text (UTF-8), so the editor would damage it.", next: "Download it instead." },
    "zh-cn": { message: "“{path}”不是文本（UTF-8），用编辑器打开会损坏它。", next: "请改为下载。" },
  },
  no_permission: {
    en: {
      message: "Your host’s system does not permit this for “{path}”, not even to root.",
      next: "Look in the terminal: lsattr, mount and findmnt tell why.",
    },
    "zh-cn": { message: "宿主机的系统不允许对“{path}”这样做，root 也不行。", next: "请在终端里用 lsattr、mount 和 findmnt 查找原因。" },
  },
  file_exists: {
    en: { message: "There is a “{path}” already.", next: "Replace it, or choose another name." },
    "zh-cn": { message: "已经有“{path}”了。", next: "可以替换它，或换一个名字。" },
  },
  file_changed: {
    en: { message: "“{path}” was changed in the host since you opened it.", next: "Load it anew, or overwrite it with yours." },
    "zh-cn": { message: "你打开之后，“{path}”在宿主机里被改动过。", next: "可以重新载入，或用你的内容覆盖它。" },
  },
  file_refused: {
    en: { message: "Your host refused this for “{path}” without saying why.", next: "Try the same in the terminal: its message tells more." },
    "zh-cn": { message: "宿主机拒绝了对“{path}”的操作，没有说明原因。", next: "请在终端里做同样的事，那里的提示更详细。" },
  },
  host_disk_full: {
    en: { message: "The disk of your host is full, so nothing of “{path}” was saved.", next: "Remove something there (df -h, du -sh), then try again." },
    "zh-cn": { message: "宿主机的磁盘已满，“{path}”没有保存任何内容。", next: "请先删掉一些东西（df -h、du -sh），再试一次。" },
  },
  libvirt_refused: {
    en: { message: "Your host’s libvirt did not answer as it should: {reason}", next: "Look at it in the terminal: systemctl status libvirtd." },
    "zh-cn": { message: "宿主机的 libvirt 没有正常应答：{reason}", next: "请在终端里查看：systemctl status libvirtd。" },
  },
  launch_refused: {
    en: {
      message: "The lab could not trust what your learning platform sent ({check}).",
      next: "Open the activity in your course again. If it fails again, tell your instructor what stands in the brackets.",
    },
    "zh-cn": { message: "实验服务器无法信任学习平台发来的内容（{check}）。", next: "请回到课程重新打开这个活动；如果仍然失败，请把括号里的内容告诉老师。" },
  },
  launch_over: {
    en: { message: "This way into the lab was used already, or is too old.", next: "Open the activity in your course again." },
    "zh-cn": { message: "这个入口已经用过，或者已经过期。", next: "请回到课程重新打开这个活动。" },
  },
  platform_unknown: {
    en: {
      message: "The lab does not know this learning platform ({what}).",
      next: "Tell whoever runs the platform: it has to be registered with the lab first.",
    },
    "zh-cn": { message: "实验服务器不认识这个学习平台（{what}）。", next: "请联系平台的管理员：需要先在实验服务器上注册。" },
  },
  platform_failed: {
    en: {
      message: "The learning platform did not answer as it should ({host}).",
      next: "Try again in a minute. If it fails again, tell whoever runs the lab.",
    },
    "zh-cn": { message: "学习平台没有正常应答（{host}）。", next: "请稍后重试；如果仍然失败，请联系实验室的管理员。" },
  },
  link_over: {
    en: { message: "This link was used already, or is too old.", next: "Ask whoever runs the lab for a new one." },
    "zh-cn": { message: "这个链接已经用过，或者已经过期。", next: "请向实验室的管理员要一个新的。" },
  },
  shutting_down: {
    en: { message: "The lab server is stopping.", next: "Come back in a minute." },
    "zh-cn": { message: "实验服务器正在停止。", next: "请过一分钟再来。" },
  },
  internal: {
    en: { message: "Something failed in the lab server. It was logged.", next: "Try again. If it fails again, tell whoever runs this lab." },
    "zh-cn": { message: "实验服务器内部出错，已记入日志。", next: "请重试。如果仍然出错，请联系实验室的管理员。" },
  },
};

/** The two sentences of a problem in one language, with its values filled in. */
export function problemText(problem: Problem, locale: Locale): ProblemText {
  const text = PROBLEM_TEXTS[problem.code][locale];
  const fill = (sentence: string): string => sentence.replace(/\{(\w+)\}/g, (place, name: string) => String(problem.params?.[name] ?? place));
  return { message: fill(text.message), next: fill(text.next) };
}
