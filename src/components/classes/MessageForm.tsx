import { type ReactNode, type SubmitEvent, useId, useState } from "react";
import { MOST_MESSAGE } from "../../../lab-server/contract/classroom.ts";
import { Refusal } from "../account/Parts.tsx";
import { useAsking } from "../account/use-asking.ts";
import { useTeach } from "./teach-context.ts";

/** A message to a class, or to one learner of it. */
export function MessageForm({ room: id, learner, label }: { readonly room: string; readonly learner?: string; readonly label: string }): ReactNode {
  const { room, call } = useTeach();
  const { asking, problem, ask } = useAsking();
  const [text, setText] = useState("");
  const field = useId();
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    if (text.trim() === "") return;
    ask(async () => {
      await call("POST", `classes/${id}/messages`, { body: { text, ...(learner !== undefined && { learner }) } });
      setText("");
    });
  };
  return (
    <form className="class-message" onSubmit={send}>
      <label htmlFor={field}>{label}</label>
      <textarea id={field} rows={2} maxLength={MOST_MESSAGE} value={text} onChange={(event) => setText(event.target.value)} />
      <button type="submit" className="account-button" disabled={asking}>
        {room.send}
      </button>
      <Refusal problem={problem} />
    </form>
  );
}
