/// <reference types="novnc__novnc" />

/** The package's types are written for an older build of it. */
declare module "@novnc/novnc" {
  export { default } from "@novnc/novnc/lib/rfb";
}
