import type { Locale } from "../../lab-server/contract/locale.ts";
import type { RecordingEnd } from "../../lab-server/contract/recording.ts";

const en = {
  record: (terminal: number) => `Record terminal ${terminal}`,
  stop: (terminal: number) => `Stop recording terminal ${terminal}`,
  running: "Recording",
  tabMark: "being recorded",
  recordings: "My recordings",
  back: "All recordings",

  askTitle: (terminal: number) => `Record what terminal ${terminal} shows?`,
  what: "Everything that appears in this terminal from now on is kept, with its timing, and the marks of finished commands and tasks. Keys are not: a password that does not show on the screen is not in it.",
  where: (days: number) => `It lies on the lab server for ${days} days. Only this browser, and whoever runs the lab, can get at it.`,
  how: "Stop at any time with the same button. You can play, download and delete it under “My recordings”. It also ends with the shell, with the host, and when the lab server is started again.",
  begin: "Start recording",

  kept: "The recording is kept.",
  show: "Show it",
  /** Said when a recording ended that the learner had not ended, and in the list. */
  ends: {
    learner: "Stopped by you",
    shell: "Ended with its shell",
    host: "Ended with its host",
    size: "Ended at the largest size",
    room: "Ended: the lab’s disk had no more room",
    server: "Ended when the lab server stopped",
  } satisfies Record<RecordingEnd, string> as Record<RecordingEnd, string>,
  endedBy: (why: string) => `Recording over. ${why}. It is kept.`,

  loading: "Fetching the recordings…",
  none: "Nothing recorded yet. The round button beside the terminals’ tabs records what a terminal shows.",
  keptFor: (count: number, most: number, days: number) => `${count} of ${most}. Each is kept for ${days} days, on the lab server, and shown to you alone.`,
  terminal: (terminal: number) => `terminal ${terminal}`,
  stillRunning: "still being recorded",
  play: "Play",
  playNamed: (name: string) => `Play the recording ${name}`,
  download: "Download",
  downloadNamed: (name: string) => `Download the recording ${name}`,
  remove: "Delete",
  removeNamed: (name: string) => `Delete the recording ${name}`,
  removeAsk: "It cannot be brought back.",
  removeYes: "Delete it",
  size: (bytes: number) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`),
  unreachable: "The lab server does not answer. Try again in a moment.",
  unreadable: "This recording cannot be played here. Download it instead.",

  player: (name: string) => `Recording ${name}`,
  pause: "Pause",
  position: "Position",
  positionOf: (at: string, all: string) => `${at} of ${all}`,
  speed: "Speed",
  skipPauses: "Skip pauses over 2 s",
  markers: "Marks",
  noMarker: "From the beginning",
  previousMarker: "Previous mark",
  nextMarker: "Next mark",
  commandEnded: (status: string | undefined) => (status === undefined ? "Command ended" : `Command ended with ${status}`),
  keys: "Space plays and pauses, ← and → go 5 seconds, [ and ] go from mark to mark.",
};

/** Every text about recordings. A language that lacks one does not compile. */
export type RecordingStrings = typeof en;

const zhCn: RecordingStrings = {
  record: (terminal) => `录制终端 ${terminal}`,
  stop: (terminal) => `停止录制终端 ${terminal}`,
  running: "录制中",
  tabMark: "正在录制",
  recordings: "我的录制",
  back: "全部录制",

  askTitle: (terminal) => `要录制终端 ${terminal} 显示的内容吗？`,
  what: "从现在起，这个终端里出现的一切都会连同时间保存下来，并标出命令结束和任务完成的时刻。按键不会保存：没有显示在屏幕上的密码不会被录下。",
  where: (days) => `录制保存在实验服务器上，保留 ${days} 天。只有这个浏览器和实验室的管理员能取得它。`,
  how: "随时可以用同一个按钮停止。在“我的录制”里可以播放、下载和删除。shell 结束、宿主机更换或归还、实验服务器重启时，录制也会结束。",
  begin: "开始录制",

  kept: "录制已保存。",
  show: "查看",
  ends: {
    learner: "由你停止",
    shell: "随 shell 结束",
    host: "随宿主机结束",
    size: "达到大小上限而结束",
    room: "实验服务器的磁盘空间不足，录制结束",
    server: "实验服务器停止时结束",
  },
  endedBy: (why) => `录制已结束：${why}。内容已保存。`,

  loading: "正在获取录制……",
  none: "还没有录制。终端标签旁的圆形按钮可以录制终端显示的内容。",
  keptFor: (count, most, days) => `${count}/${most} 段。每段在实验服务器上保留 ${days} 天，只对你显示。`,
  terminal: (terminal) => `终端 ${terminal}`,
  stillRunning: "仍在录制",
  play: "播放",
  playNamed: (name) => `播放录制“${name}”`,
  download: "下载",
  downloadNamed: (name) => `下载录制“${name}”`,
  remove: "删除",
  removeNamed: (name) => `删除录制“${name}”`,
  removeAsk: "删除后无法恢复。",
  removeYes: "删除它",
  size: (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`),
  unreachable: "实验服务器没有应答，请稍后再试。",
  unreadable: "这段录制无法在这里播放，请下载后播放。",

  player: (name) => `录制“${name}”`,
  pause: "暂停",
  position: "播放位置",
  positionOf: (at, all) => `${at}，共 ${all}`,
  speed: "速度",
  skipPauses: "跳过 2 秒以上的停顿",
  markers: "标记",
  noMarker: "从头开始",
  previousMarker: "上一个标记",
  nextMarker: "下一个标记",
  commandEnded: (status) => (status === undefined ? "命令结束" : `命令结束，返回值 ${status}`),
  keys: "空格键播放和暂停，← 和 → 前后跳 5 秒，[ 和 ] 在标记之间跳转。",
};

export const RECORDING_STRINGS: Readonly<Record<Locale, RecordingStrings>> = { en, "zh-cn": zhCn };

/** 75 as `1:15`, 3675 as `1:01:15`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
