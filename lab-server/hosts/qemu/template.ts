import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LabError } from "../../errors.ts";
import { type TemplateFiles, templateFiles, templatesFolder } from "./files.ts";

/** What is known of a saved host; `template.json` beside it. */
export const templateManifestSchema = z.strictObject({
  name: z.string(),
  accelerator: z.enum(["kvm", "tcg"]),
  /** The QEMU that saved it: another one may not be able to load its state. */
  qemuVersion: z.string(),
  vcpus: z.number().int(),
  memoryMiB: z.number().int(),
  /** From the start of QEMU to the host's agent, ms. */
  hostBootMs: z.number(),
  /** From `virsh start` to the first guest's prompt, ms; absent while no guest has been started. */
  guestBootMs: z.number().optional(),
  /** The memory file as it was saved, to notice whether anybody wrote it since. */
  ramSavedAtMs: z.number(),
  createdAt: z.string(),
  /** The folder of what it was cloned from itself: a host that a learner saved. Its disk lies on that one's. */
  base: z.string().optional(),
});
export type TemplateManifest = z.infer<typeof templateManifestSchema>;

export interface Template {
  readonly files: TemplateFiles;
  readonly manifest: TemplateManifest;
}

/** The link that names the template in use. */
export const currentTemplate = (cacheDir: string, name: string, accelerator: string): string => join(templatesFolder(cacheDir), `${name}-${accelerator}`);

/** Whether there is a template of that name at all, fit or not. */
export const isMade = (cacheDir: string, name: string, accelerator: string): boolean => existsSync(currentTemplate(cacheDir, name, accelerator));

/**
 * Reads the template in use. Errors: `host_failed` with step `template` when there is none, when it is not whole, when
 * it was saved by another QEMU, or when its memory was written since.
 */
export function loadTemplate(cacheDir: string, name: string, accelerator: "kvm" | "tcg", qemuVersion: string): Template {
  const link = currentTemplate(cacheDir, name, accelerator);
  const fail = (log: string, cause?: unknown): never => {
    throw new LabError("host_failed", { params: { step: "template" }, log: `${log} (${link}); lab-host/build.sh makes it`, cause });
  };
  let template: Template;
  try {
    template = parseTemplate(realpathSync(link));
    statSync(template.files.disk);
    statSync(template.files.state);
  } catch (thrown) {
    return fail(`there is no whole template “${name}” for ${accelerator}`, thrown);
  }
  if (template.manifest.qemuVersion !== qemuVersion) {
    return fail(`the template was saved by QEMU ${template.manifest.qemuVersion}, this is ${qemuVersion}`);
  }
  assertUntouched(template);
  return template;
}

/** The template, or saved host, in a folder; undefined when it is not there or not whole. */
export function readTemplate(folder: string): Template | undefined {
  try {
    return parseTemplate(folder);
  } catch {
    return undefined;
  }
}

function parseTemplate(folder: string): Template {
  const files = templateFiles(folder);
  return { files, manifest: templateManifestSchema.parse(JSON.parse(readFileSync(files.manifest, "utf8"))) };
}

/**
 * Every clone's memory rests on this file. QEMU processes may only read it; who else writes it, such as an operator's backup that goes
 * wrong, is noticed by the time of its last change.
 */
export function assertUntouched(template: Template): void {
  const changed = statSync(template.files.ram).mtimeMs;
  if (changed !== template.manifest.ramSavedAtMs) {
    throw new LabError("host_failed", {
      params: { step: "template" },
      log: `the template's memory ${template.files.ram} was written after it was saved; remove ${template.files.folder} and build again`,
    });
  }
}
