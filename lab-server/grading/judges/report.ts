import { failed, type Outcome } from "../check.ts";
import type { Reported } from "../probes/host.ts";

/**
 * The outcome of a task about a file of answers that cannot be used: failed, and why. Undefined when it was read, so that a judge goes on.
 * @param path as the learner knows it
 * @param example a line of valid JSON, or a hint at the shape
 */
export function unusable(report: Reported<unknown>, path: string, example: string): Outcome | undefined {
  if (report.state === "read") return undefined;
  const expected = { en: `${path} holds your answers as JSON, like \`${example}\`.`, "zh-cn": `${path} 里是 JSON 格式的答案，例如 \`${example}\`。` };
  if (report.state === "absent") {
    return failed({
      expected,
      found: { en: "There is no such file yet.", "zh-cn": "还没有这个文件。" },
      look: { en: `Write it with an editor: \`nano ${path}\`.`, "zh-cn": `用编辑器写：\`nano ${path}\`。` },
    });
  }
  if (report.state === "unreadable") {
    return failed({
      expected,
      found: { en: `It cannot be read as JSON: ${report.why}.`, "zh-cn": `它不是能读懂的 JSON：${report.why}。` },
      look: { en: `\`python3 -m json.tool ${path}\` shows the place.`, "zh-cn": `\`python3 -m json.tool ${path}\` 会指出是哪里。` },
    });
  }
  return failed({
    expected,
    found: { en: `The field “${report.field}” does not fit: ${report.why}.`, "zh-cn": `字段“${report.field}”不对：${report.why}。` },
    look: { en: `Compare with the example, then look again: \`cat ${path}\`.`, "zh-cn": `对照例子，再看一遍：\`cat ${path}\`。` },
  });
}
