/** What a recording is served as (asciicast v3). By itself, because the page needs it before Start, and the schemas only afterwards. */
export const ASCIICAST_TYPE = "application/x-asciicast";
