import { both } from "./figure-words.ts";

export const HYPERVISOR_WORDS = {
  title: both("Where it stands, and how it runs a guest", "它在哪里，又怎样运行客户机"),
  about: both("Two questions, and every product answers each of them.", "两个问题，每个产品对每个问题都有自己的答案。"),
};
