import { openTerminals, terminalFor, typeCommand } from "../../lab/current-terminal.ts";

/** How long "typed into terminal 1" stays to be read, in milliseconds. */
const SAID_MS = 4_000;

/**
 * The button of a command in the text. While no terminal is attached it can still be reached, so that its
 * explanation can be heard and seen.
 */
class RunCommand extends HTMLElement {
  #stop = (): void => {};

  connectedCallback(): void {
    const button = this.querySelector("button");
    if (button === null) return;
    const draw = (): void => {
      const attached = terminalFor(this.dataset["guest"]) !== undefined;
      button.setAttribute("aria-disabled", String(!attached));
      if (attached) button.removeAttribute("title");
      else button.title = button.dataset["idleTitle"] ?? "";
    };
    button.addEventListener("click", () => this.#run(button));
    this.#stop = openTerminals.subscribe(draw);
    draw();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  #run(button: HTMLButtonElement): void {
    const name = typeCommand(this.dataset["command"] ?? "", this.dataset["guest"]);
    if (name === undefined) {
      this.#say(button.dataset["idleTitle"] ?? "");
      return;
    }
    this.#say((this.dataset["typed"] ?? "").replace("{name}", name));
    document.dispatchEvent(new CustomEvent("ringside:typed"));
  }

  #say(text: string): void {
    const place = this.querySelector(".said");
    if (place === null) return;
    place.textContent = text;
    setTimeout(() => {
      if (place.textContent === text) place.textContent = "";
    }, SAID_MS);
  }
}

customElements.define("run-command", RunCommand);
