import pino from "pino";

/** What every room may do with the log: a line with fields, in one of four weights. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The server's log: JSON lines on standard output. Anything that would let a reader act as a learner is cut
 * out here, whoever logs it.
 * @param destination where it goes instead, for tests
 */
export function createLog(level: LogLevel, destination?: pino.DestinationStream): pino.Logger {
  const options: pino.LoggerOptions = {
    level,
    redact: {
      paths: [
        "cookie",
        "authorization",
        "*.cookie",
        "*.authorization",
        'headers["set-cookie"]',
        'req.headers["set-cookie"]',
        'res.headers["set-cookie"]',
        "req.headers.cookie",
        "req.headers.authorization",
        "res.headers.cookie",
      ],
      censor: "[cut]",
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A log that keeps nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
