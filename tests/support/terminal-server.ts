import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { WebSocket } from "ws";
import { type ServerMessage, serverMessageSchema } from "../../lab-server/contract/terminal.ts";
import { LabError } from "../../lab-server/errors.ts";
import type { ShellChannel, TerminalSize } from "../../lab-server/hosts/backend.ts";
import type { SshConnection } from "../../lab-server/hosts/ssh.ts";
import { addErrors } from "../../lab-server/http/plugins/errors.ts";
import { addWebSockets } from "../../lab-server/http/plugins/websockets.ts";
import { type TerminalRoutesOptions, terminalRoutes } from "../../lab-server/http/terminals.ts";
import { HostTerminals } from "../../lab-server/terminals/host-terminals.ts";
import { WakeableHost } from "../../lab-server/terminals/testing.ts";

/** A host whose shells are real ones, on a connection to a real sshd. */
export class ConnectedHost extends WakeableHost {
  readonly #connection: SshConnection;

  constructor(connection: SshConnection) {
    super();
    this.#connection = connection;
  }

  openShell(_name: string, size: TerminalSize): Promise<ShellChannel> {
    return this.#connection.openShell(size);
  }
}

export interface TerminalServer {
  readonly app: FastifyInstance;
  readonly host: WakeableHost;
  readonly terminals: HostTerminals;
  /** `ws:` address of a terminal of the one seat there is, `mine`. */
  url(terminal: number | string, seat?: string): string;
}

/** The terminal routes over real sockets, with the seat `mine` for everybody from the origin `http://lab.test`. */
export async function startTerminalServer(connection: SshConnection, options: Partial<TerminalRoutesOptions> = {}): Promise<TerminalServer> {
  const host = new ConnectedHost(connection);
  const terminals = new HostTerminals(host);
  const app: FastifyInstance = fastify();
  addErrors(app);
  await addWebSockets(app);
  await app.register(terminalRoutes, {
    authorise: async (_request, seat) => {
      if (seat !== "mine") throw new LabError("not_yours", { log: "another's seat" });
      return terminals;
    },
    allowsOrigin: ({ headers }) => headers.origin === "http://lab.test",
    ...options,
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  return { app, host, terminals, url: (terminal, seat = "mine") => `ws://127.0.0.1:${port}/api/v1/seats/${seat}/terminals/${terminal}` };
}

/** A browser's WebSocket of our page, which names its origin and sends its cookies. */
export class PageSocket extends WebSocket {
  constructor(url: string, { origin = "http://lab.test", cookie }: { readonly origin?: string; readonly cookie?: string | undefined } = {}) {
    super(url, { origin, perMessageDeflate: false, headers: cookie === undefined ? {} : { cookie } });
  }
}

/** A page that speaks the protocol by hand and keeps what it is sent. */
export class HandPage {
  readonly socket: PageSocket;
  readonly messages: ServerMessage[] = [];
  /** Live output. */
  readonly output: Buffer[] = [];
  readonly screens: Buffer[] = [];
  acknowledges = true;
  closed: { code: number; reason: string } | undefined;
  #screenNext = false;
  #bytes = 0;

  constructor(url: string, page: ConstructorParameters<typeof PageSocket>[1] = {}) {
    this.socket = new PageSocket(url, page);
    this.socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) this.#onBytes(data);
      else {
        const message = serverMessageSchema.parse(JSON.parse(data.toString()));
        this.messages.push(message);
        if (message.type === "snapshot") this.#screenNext = true;
      }
    });
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on("error", () => {});
  }

  get text(): string {
    return Buffer.concat(this.output).toString();
  }

  get liveBytes(): number {
    return this.#bytes;
  }

  /** Sends a control message, or any text. */
  say(message: object | string): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  type(text: string): void {
    this.socket.send(Buffer.from(text));
  }

  async attach(cols = 80, rows = 24): Promise<this> {
    await this.until(() => this.socket.readyState === WebSocket.OPEN);
    const { length } = this.screens;
    this.say({ type: "attach", cols, rows });
    await this.until(() => this.screens.length > length);
    return this;
  }

  /** Waits for something to become true, or fails after 20 s with what there is. */
  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (!condition()) {
      if (performance.now() > deadline)
        throw new Error(`it did not happen; ${JSON.stringify({ closed: this.closed, messages: this.messages })} ${this.text.slice(-300)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  #onBytes(data: Buffer): void {
    if (this.#screenNext) this.screens.push(data);
    else {
      this.output.push(data);
      this.#bytes += data.length;
      if (this.acknowledges) this.say({ type: "ack", bytes: data.length });
    }
    this.#screenNext = false;
  }
}
