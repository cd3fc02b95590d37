import { type ReactNode, useEffect, useRef, useState } from "react";
import { createFilesClient } from "../../../lab/files-client.ts";
import { FILE_STRINGS } from "../../../lab/strings-files.ts";
import { createUploads } from "../../../lab/uploads.ts";
import css from "../../../styles/lab-files.css?url&no-inline";
import { useLab } from "../lab-context.ts";
import { acceptDrops } from "./drop-files.ts";
import { UploadList } from "./UploadList.tsx";

interface Props {
  readonly seat: string;
  /** Where the files go. */
  readonly folder?: string;
  readonly children: ReactNode;
}

/** Takes files that are dropped on what is inside, a terminal for one, and tells below it where they went. */
export function DropUploads({ seat, folder = "/root", children }: Props): ReactNode {
  const strings = FILE_STRINGS[useLab().locale];
  const [uploads] = useState(() => createUploads(createFilesClient(seat)));
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    return acceptDrops(element, {
      onOver: (now) => {
        setOver(now);
        if (now) setRefused(false);
      },
      onFiles: (files) => uploads.add(folder, files),
      onFolder: () => setRefused(true),
    });
  }, [uploads, folder]);
  return (
    <div className="lab-drop" ref={place} data-over={over || undefined}>
      <link rel="stylesheet" href={css} precedence="lab" />
      {children}
      <p className="lab-files-note" role="status">
        {over ? strings.dropHere(folder) : refused ? strings.foldersRefused : ""}
      </p>
      <UploadList uploads={uploads} />
    </div>
  );
}
