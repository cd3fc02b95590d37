import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import { CLOSE } from "../../contract/terminal.ts";

/** The largest frame that is read from a browser, in bytes; a larger one closes the socket with 1009. */
const MAX_FRAME_BYTES = 64 * 1024;
/** What a peer is given to answer the closing handshake when the server stops, in milliseconds. */
const GOODBYE_MS = 1_000;

/**
 * Lets routes of this app serve WebSockets. When the app closes, every socket is closed with `CLOSE.restart`, which
 * tells the page to come back.
 */
export async function addWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    // Compression costs more memory and time than a terminal's or a screen's bytes are worth.
    options: { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false },
    errorHandler: (error, socket, request) => {
      request.log.info({ err: error }, "websocket error");
      // A breach of the protocol is already being answered with its own code; terminating would cut that answer off.
      if (socket.readyState === socket.OPEN) socket.close(1011);
    },
    preClose: function (this: FastifyInstance, done) {
      const { clients } = this.websocketServer;
      const finish = (): void => {
        clearTimeout(timer);
        for (const client of clients) client.terminate();
        done();
      };
      const timer = setTimeout(finish, GOODBYE_MS);
      let open = clients.size;
      if (open === 0) return finish();
      for (const client of clients) {
        client.once("close", () => {
          open -= 1;
          if (open === 0) finish();
        });
        client.close(CLOSE.restart, "restart");
      }
    },
  });
}
