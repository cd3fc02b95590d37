import { globSync } from "node:fs";
import mdx from "@astrojs/mdx";
import react from "@astrojs/react";
import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";
import starlightLinksValidator from "starlight-links-validator";
import { CHAPTERS } from "./src/course/chapters.ts";
import { courseGuards } from "./src/guards/integration.ts";

export default defineConfig({
  integrations: [
    starlight({
      title: "Ringside",
      locales: {
        root: { label: "English", lang: "en" },
        "zh-cn": { label: "简体中文", lang: "zh-CN" },
      },
      sidebar: [
        // A chapter without a lesson yet would be an empty heading.
        ...CHAPTERS.filter(({ folder }) => globSync(`src/content/docs/${folder}/*.{md,mdx}`).length > 0).map(({ folder, title }) => ({
          label: title.en,
          translations: { "zh-CN": title["zh-cn"] },
          items: [{ autogenerate: { directory: folder } }],
        })),
        "glossary",
      ],
      components: {
        Hero: "./src/components/course/Hero.astro",
        PageSidebar: "./src/components/course/PageSidebar.astro",
        PageTitle: "./src/components/course/PageTitle.astro",
        Search: "./src/components/course/Search.astro",
        SiteTitle: "./src/components/course/SiteTitle.astro",
        SkipLink: "./src/components/course/SkipLink.astro",
        SocialIcons: "./src/components/course/SocialIcons.astro",
        TwoColumnContent: "./src/components/course/TwoColumnContent.astro",
      },
      customCss: [
        "@fontsource-variable/jetbrains-mono",
        "./src/styles/tokens.css",
        "./src/styles/prose.css",
        "./src/styles/lab-dock.css",
        "./src/styles/lab-panel.css",
        "./src/styles/lab-life.css",
        "./src/styles/lab-recordings.css",
        "./src/styles/lab-choice.css",
      ],
      // A page without script shows the exercise in the text; with script it is docked beside it.
      head: [{ tag: "script", content: "document.documentElement.dataset.script='on'" }],
      expressiveCode: {
        themes: ["github-dark", "github-light"],
        // What a screen shows is not a file and has no frame, and its columns stay columns.
        defaultProps: { wrap: true, overridesByLang: { "text,xml": { frame: "none", wrap: false } } },
        styleOverrides: {
          borderRadius: "0.4rem",
          borderColor: "var(--sl-color-hairline)",
          codeBackground: "var(--rs-code-bg)",
          codeFontSize: "0.8125rem",
          codeLineHeight: "1.65",
          codePaddingInline: "1rem",
          codePaddingBlock: "0.8rem",
          frames: { shadowColor: "transparent", terminalBackground: "var(--rs-code-bg)" },
        },
      },
      credits: false,
      plugins: [starlightLinksValidator({ errorOnRelativeLinks: false })],
    }),
    mdx(),
    react(),
    courseGuards(),
  ],
});
