import { type ReactNode, useEffect, useRef, useState } from "react";
import { DEFINITION_KINDS, type DefinitionNames } from "../../../../lab-server/contract/files.ts";
import type { Problem } from "../../../../lab-server/contract/problem.ts";
import type { EditorTarget } from "../../../lab/editor-target.ts";
import { type FilesClient, problemOf } from "../../../lab/files-client.ts";
import { FILE_STRINGS } from "../../../lab/strings-files.ts";
import { useLab } from "../lab-context.ts";
import { ProblemNote } from "../ProblemNote.tsx";

interface Props {
  readonly client: FilesClient;
  readonly shown: boolean;
  readonly onOpen: (target: EditorTarget) => void;
}

/** What libvirt keeps, each to be opened in the editor. It is read each time that the view is shown: virsh is not cheap. */
export function DefinitionList({ client, shown, onOpen }: Props): ReactNode {
  const strings = FILE_STRINGS[useLab().locale];
  const [names, setNames] = useState<DefinitionNames>();
  const [problem, setProblem] = useState<Problem>();
  const asking = useRef(false);

  const read = async (): Promise<void> => {
    if (asking.current) return;
    asking.current = true;
    try {
      setNames(await client.definitions());
      setProblem(undefined);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      asking.current = false;
    }
  };
  const now = useRef(read);
  now.current = read;
  useEffect(() => {
    if (shown) void now.current();
  }, [shown]);

  return (
    <section className="lab-definitions" aria-label={strings.definitions}>
      <div className="lab-definitions-head">
        <h3>{strings.definitions}</h3>
        <button
          type="button"
          className="lab-button small"
          aria-label={`${strings.refresh}: ${strings.definitions}`}
          title={strings.refresh}
          onClick={() => void read()}
        >
          ↻
        </button>
      </div>
      <p className="lab-files-hint">{strings.definitionsMean}</p>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {names === undefined && problem === undefined && <p className="lab-files-hint">{strings.loading}</p>}
      {names !== undefined && (
        <dl>
          {DEFINITION_KINDS.map((kind) => (
            <div key={kind}>
              <dt>{strings.kinds[kind]}</dt>
              <dd>
                {names[kind].length === 0 && strings.none}
                {names[kind].map((name) => (
                  <button
                    key={name}
                    type="button"
                    className="lab-button small"
                    aria-label={strings.editOf(strings.definitionOf[kind](name))}
                    onClick={() => onOpen({ kind, name })}
                  >
                    {name}
                  </button>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
