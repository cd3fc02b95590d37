import "react";

declare module "react" {
  interface CSSProperties {
    /** How much of it is used, from 0 to 1. */
    "--level"?: number;
    /** How much of a guest's memory its balloon takes, from 0 to 1. */
    "--taken"?: number;
  }
}
