import { both } from "./figure-words.ts";

export const LAYERS_WORDS = {
  title: both("Four layers, four boundaries", "四层，四条界线"),
  about: both(
    "Each layer asks the one below it. What they may say to each other is the boundary between them.",
    "每一层都向下一层提出请求。它们之间能说什么，由两层之间的界线规定。",
  ),
};
