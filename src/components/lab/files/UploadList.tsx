import type { ReactNode } from "react";
import { FILE_STRINGS } from "../../../lab/strings-files.ts";
import type { Upload, Uploads } from "../../../lab/uploads.ts";
import { useLab, useStore } from "../lab-context.ts";
import { ProblemNote } from "../ProblemNote.tsx";

/** Files on their way, with what can be done about each; nothing while there are none. */
export function UploadList({ uploads }: { readonly uploads: Uploads }): ReactNode {
  const strings = FILE_STRINGS[useLab().locale];
  const list = useStore(uploads);
  if (list.length === 0) return null;
  const over = list.some(({ state }) => state === "done" || state === "failed" || state === "cancelled");
  return (
    <section className="lab-uploads" aria-label={strings.uploads}>
      <ul>
        {list.map((upload) => (
          <UploadItem key={upload.id} upload={upload} uploads={uploads} />
        ))}
      </ul>
      {over && (
        <button type="button" className="lab-button small" onClick={uploads.clear}>
          {strings.clear}
        </button>
      )}
    </section>
  );
}

function UploadItem({ upload, uploads }: { readonly upload: Upload; readonly uploads: Uploads }): ReactNode {
  const strings = FILE_STRINGS[useLab().locale];
  const { id, name, folder, state, sent, bytes, problem } = upload;
  return (
    <li data-state={state}>
      {state === "done" ? (
        <span role="status">{strings.uploadDone(name, folder)}</span>
      ) : state === "asking" ? (
        <span role="alert">{strings.uploadExists(name, folder)}</span>
      ) : (
        <span className="lab-upload-name">{name}</span>
      )}
      {strings.uploadStates[state] !== "" && <span className="lab-upload-state">{strings.uploadStates[state]}</span>}
      {state === "sending" && <progress value={sent} max={Math.max(1, bytes)} aria-label={name} />}
      {(state === "sending" || state === "waiting") && (
        <button type="button" className="lab-button small" aria-label={strings.cancelOf(name)} onClick={() => uploads.cancel(id)}>
          ✕
        </button>
      )}
      {state === "asking" && (
        <>
          <button type="button" className="lab-button small danger" onClick={() => uploads.answer(id, true)}>
            {strings.replace}
          </button>
          <button type="button" className="lab-button small" onClick={() => uploads.answer(id, false)}>
            {strings.skip}
          </button>
        </>
      )}
      {problem !== undefined && <ProblemNote problem={problem} />}
    </li>
  );
}
