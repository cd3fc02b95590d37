import { defineChecks, failed, type Outcome, passed } from "../../grading/check.ts";
import { fileAt, type HostFile, textFrom } from "../../grading/probes/host.ts";

const PATH = "/root/kernel.txt";

const look = { en: `Compare \`cat ${PATH}\` with \`uname -r\`.`, "zh-cn": `比较 \`cat ${PATH}\` 和 \`uname -r\` 的输出。` };

function kernelNoted(noted: HostFile, release: string): Outcome {
  const expected = { en: `${PATH} holds “${release}”.`, "zh-cn": `${PATH} 的内容是“${release}”。` };
  if (noted.state === "absent") return failed({ expected, found: { en: "There is no such file.", "zh-cn": "没有这个文件。" }, look });
  if (noted.state === "unfit") return failed({ expected, found: { en: "It is not a short text file.", "zh-cn": "它不是一个简短的文本文件。" }, look });
  const text = noted.text.trim();
  if (text === release) return passed({ en: `It holds “${release}”.`, "zh-cn": `内容是“${release}”。` });
  const shown = text.slice(0, 60);
  return failed({ expected, found: { en: `It holds “${shown}”.`, "zh-cn": `内容是“${shown}”。` }, look });
}

export default defineChecks({
  baseline: {},
  facts: { noted: fileAt(PATH), release: textFrom("uname -r") },
  tasks: { "kernel-noted": ({ noted, release }) => kernelNoted(noted, release) },
});
