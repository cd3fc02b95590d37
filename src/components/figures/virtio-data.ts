import { both } from "./figure-words.ts";

export const VIRTIO_WORDS = {
  title: both("One write, three kinds of device", "一次写操作，三种设备"),
  about: both("How often does the guest have to leave its CPU for one request?", "为了一个请求，客户机要离开 CPU 多少次？"),
};
