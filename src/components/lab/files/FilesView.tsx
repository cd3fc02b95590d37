import { type ReactNode, type SubmitEvent, useEffect, useId, useRef, useState } from "react";
import type { Folder } from "../../../../lab-server/contract/files.ts";
import type { Problem } from "../../../../lab-server/contract/problem.ts";
import type { EditorTarget } from "../../../lab/editor-target.ts";
import { createFilesClient, problemOf } from "../../../lab/files-client.ts";
import { FILE_STRINGS } from "../../../lab/strings-files.ts";
import { createUploads } from "../../../lab/uploads.ts";
import css from "../../../styles/lab-files.css?url&no-inline";
import { useLab } from "../lab-context.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { DefinitionList } from "./DefinitionList.tsx";
import { acceptDrops } from "./drop-files.ts";
import { FolderTable } from "./FolderTable.tsx";
import { UploadList } from "./UploadList.tsx";

interface Props {
  readonly seat: string;
  readonly shown: boolean;
  /** The learner wants to edit something. */
  readonly onOpen: (target: EditorTarget) => void;
}

const HOME = "/root";

/** The files of the host: walk through folders, take files out, put files in, open one in the editor. */
export function FilesView({ seat, shown, onOpen }: Props): ReactNode {
  const strings = FILE_STRINGS[useLab().locale];
  const [client] = useState(() => createFilesClient(seat));
  const [uploads] = useState(() => createUploads(client));
  const [folder, setFolder] = useState<Folder>();
  const [typed, setTyped] = useState(HOME);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [over, setOver] = useState(false);
  const [folderDropped, setFolderDropped] = useState(false);
  const view = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const asked = useRef(0);
  const id = useId();
  const path = folder?.path ?? HOME;

  const go = async (to: string): Promise<void> => {
    asked.current += 1;
    const turn = asked.current;
    setBusy(true);
    try {
      const found = await client.list(to);
      if (turn !== asked.current) return;
      setFolder(found);
      setTyped(found.path);
      setProblem(undefined);
    } catch (thrown) {
      const why = problemOf(thrown);
      if (turn !== asked.current) return;
      if (why.code === "is_file") onOpen({ kind: "file", path: to });
      else setProblem(why);
    } finally {
      if (turn === asked.current) setBusy(false);
    }
  };
  const now = useRef({ go, path });
  now.current = { go, path };

  // Much may have happened in the terminal since it was shown last.
  useEffect(() => {
    if (shown) void now.current.go(now.current.path);
  }, [shown]);

  useEffect(() => uploads.onArrived((where) => where === now.current.path && void now.current.go(where)), [uploads]);

  useEffect(() => {
    const element = view.current;
    if (element === null) return;
    return acceptDrops(element, {
      onOver: setOver,
      onFiles: (files) => uploads.add(now.current.path, files),
      onFolder: () => setFolderDropped(true),
    });
  }, [uploads]);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const to = typed.trim();
    if (to !== "") void go(to.startsWith("/") ? to : `${path === "/" ? "" : path}/${to}`);
  };
  return (
    <div className="lab-files" ref={view} data-over={over || undefined}>
      <link rel="stylesheet" href={css} precedence="lab" />
      <form className="lab-files-bar" onSubmit={submit}>
        <label className="sr-only" htmlFor={`${id}-path`}>
          {strings.goTo}
        </label>
        <input
          id={`${id}-path`}
          value={typed}
          title={strings.goTo}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          maxLength={4095}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="lab-button small">
          {strings.go}
        </button>
        <button
          type="button"
          className="lab-button small"
          aria-label={strings.up}
          title={strings.up}
          aria-disabled={path === "/"}
          onClick={() => path !== "/" && void go(parentOf(path))}
        >
          ↑
        </button>
        <button type="button" className="lab-button small" aria-label={strings.refresh} title={strings.refresh} onClick={() => void go(path)}>
          ↻
        </button>
        <button type="button" className="lab-button small primary" onClick={() => picker.current?.click()}>
          {strings.upload}
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={strings.upload}
          onChange={(event) => {
            uploads.add(path, [...(event.target.files ?? [])]);
            // The same file can be chosen again.
            event.target.value = "";
          }}
        />
      </form>
      <nav className="lab-files-places" aria-label={strings.shortcuts}>
        {Object.entries(strings.places).map(([to, name]) => (
          <button
            key={to}
            type="button"
            className="lab-place"
            aria-current={to === folder?.path ? "location" : undefined}
            title={to}
            onClick={() => void go(to)}
          >
            {name}
          </button>
        ))}
      </nav>
      {problem !== undefined && <ProblemNote problem={problem} onDismiss={() => setProblem(undefined)} />}
      <p className="lab-files-note" role="status">
        {over ? strings.dropHere(path) : folderDropped ? strings.foldersRefused : busy && folder === undefined ? strings.loading : ""}
      </p>
      <UploadList uploads={uploads} />
      <div className="lab-files-scroll">
        {folder !== undefined && (
          <FolderTable
            folder={folder}
            busy={busy}
            downloadUrl={client.downloadUrl}
            onFolder={(to) => void go(to)}
            onEdit={(file) => onOpen({ kind: "file", path: file })}
          />
        )}
        <p className="lab-files-hint">{strings.dropHint}</p>
        <DefinitionList client={client} shown={shown} onOpen={onOpen} />
      </div>
    </div>
  );
}
export default FilesView;

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}
