import { lazy, type ReactNode, Suspense, useState } from "react";
import { type EditorTarget, targetKey, targetTitle } from "../../../lab/editor-target.ts";
import { FILE_STRINGS } from "../../../lab/strings-files.ts";
import { useLab } from "../lab-context.ts";

const FilesView = lazy(() => import("./FilesView.tsx"));
const EditorView = lazy(() => import("../editor/EditorView.tsx"));
const DropUploads = lazy(() => import("./DropUploads.tsx").then(({ DropUploads: default_ }) => ({ default: default_ })));

/** The terminals, the files and open editors of a seat, one at a time. It stands in until views are tabs. */
export function FilesDesk({ seat, children }: { readonly seat: string; readonly children: ReactNode }): ReactNode {
  const { locale, strings: words } = useLab();
  const strings = FILE_STRINGS[locale];
  const [shown, setShown] = useState("terminals");
  const [visited, setVisited] = useState(false);
  const [editors, setEditors] = useState<readonly EditorTarget[]>([]);
  const [dirty, setDirty] = useState<ReadonlySet<string>>(new Set());
  const open = (target: EditorTarget): void => {
    const key = targetKey(target);
    if (!editors.some((other) => targetKey(other) === key)) setEditors([...editors, target]);
    setShown(key);
  };
  const entry = (key: string, name: string): ReactNode => (
    <button
      key={key}
      type="button"
      className="lab-button small"
      aria-pressed={shown === key}
      onClick={() => {
        setShown(key);
        if (key === "files") setVisited(true);
      }}
    >
      {name}
      {dirty.has(key) && " •"}
    </button>
  );
  return (
    <>
      <div className="lab-bar">
        {entry("terminals", words.terminals)}
        {entry("files", strings.files)}
        {editors.map((target) => entry(targetKey(target), targetTitle(target)))}
      </div>
      <Suspense>
        <div hidden={shown !== "terminals"} style={{ display: shown === "terminals" ? "flex" : "none", flex: 1, minHeight: 0 }}>
          <DropUploads seat={seat}>{children}</DropUploads>
        </div>
      </Suspense>
      <Suspense>
        {visited && (
          <div hidden={shown !== "files"} style={{ flex: 1, minHeight: 0 }}>
            <FilesView seat={seat} shown={shown === "files"} onOpen={open} />
          </div>
        )}
        {editors.map((target) => {
          const key = targetKey(target);
          return (
            <div key={key} hidden={shown !== key} style={{ flex: 1, minHeight: 0 }}>
              <EditorView
                seat={seat}
                shown={shown === key}
                target={target}
                onDirty={(is) =>
                  setDirty((before) => (before.has(key) === is ? before : new Set(is ? [...before, key] : [...before].filter((other) => other !== key))))
                }
              />
            </div>
          );
        })}
      </Suspense>
    </>
  );
}
