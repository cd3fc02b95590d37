import type { ReactNode } from "react";
import { type Folder, type FolderEntry, MOST_DOWNLOAD_BYTES, MOST_ENTRIES, MOST_TEXT_BYTES } from "../../../../lab-server/contract/files.ts";
import { FILE_STRINGS } from "../../../lab/strings-files.ts";
import { useLab } from "../lab-context.ts";

interface Props {
  readonly folder: Folder;
  readonly busy: boolean;
  readonly downloadUrl: (path: string) => string;
  readonly onFolder: (path: string) => void;
  readonly onEdit: (path: string) => void;
}

/** A folder's content as a table. */
export function FolderTable({ folder, busy, downloadUrl, onFolder, onEdit }: Props): ReactNode {
  const { locale } = useLab();
  const strings = FILE_STRINGS[locale];
  const pathOf = ({ name }: FolderEntry): string => `${folder.path === "/" ? "" : folder.path}/${name}`;
  if (folder.entries.length === 0) return <p className="lab-files-empty">{strings.emptyFolder}</p>;
  return (
    <>
      <table className="lab-files-table" aria-busy={busy} aria-label={folder.path}>
        <thead>
          <tr>
            <th scope="col">{strings.name}</th>
            <th scope="col">{strings.size}</th>
            <th scope="col">{strings.changed}</th>
            <th scope="col">
              <span className="sr-only">{strings.edit}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {folder.entries.map((entry) => (
            <tr key={entry.name} data-kind={entry.kind}>
              <th scope="row">
                {entry.kind === "folder" ? (
                  <button type="button" className="lab-files-name" aria-label={strings.openFolder(entry.name)} onClick={() => onFolder(pathOf(entry))}>
                    {entry.name}/
                  </button>
                ) : (
                  <span className="lab-files-name">{entry.name}</span>
                )}
                {entry.link && <span className="lab-files-kind"> {strings.link}</span>}
              </th>
              <td>{entry.kind === "file" ? sizeText(entry.bytes, locale) : entry.kind === "special" ? strings.special : ""}</td>
              <td>
                <time dateTime={entry.changedAt}>{new Date(entry.changedAt).toLocaleString(locale, { dateStyle: "short", timeStyle: "short" })}</time>
              </td>
              <td className="lab-files-actions">
                {entry.kind === "file" && entry.bytes <= MOST_TEXT_BYTES && (
                  <button type="button" className="lab-button small" aria-label={strings.editOf(entry.name)} onClick={() => onEdit(pathOf(entry))}>
                    {strings.edit}
                  </button>
                )}
                {entry.kind === "file" && entry.bytes <= MOST_DOWNLOAD_BYTES && (
                  <a className="lab-button small" download={entry.name} href={downloadUrl(pathOf(entry))} aria-label={strings.downloadOf(entry.name)}>
                    {strings.download}
                  </a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {folder.more && <p className="lab-files-empty">{strings.moreEntries(MOST_ENTRIES)}</p>}
    </>
  );
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** A size as people read it. */
function sizeText(bytes: number, locale: string): string {
  const step = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** step).toLocaleString(locale, { maximumFractionDigits: step === 0 ? 0 : 1 })} ${UNITS[step]}`;
}
