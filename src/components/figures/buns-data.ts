import { both } from "./figure-words.ts";

export const BUNS_WORDS = {
  title: both("Eating steamed buns", "吃馒头"),
  about: both(
    "The higher the level at which you enter, the less you do yourself, and the less you need to know.",
    "从越高的一级开始，自己要做的就越少，要懂的也越少。",
  ),
};
