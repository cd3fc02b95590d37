import type { ReactNode } from "react";
import { useLab, useStore } from "../lab-context.ts";
import { useClassroom } from "./use-classroom.ts";
import { WatchView } from "./WatchView.tsx";

/** What the instructor shows to the class. Another show is another connection. */
export default function ShownTerminal({ room }: { readonly room: string }): ReactNode {
  const { store, locale, strings: lab } = useLab();
  const { strings } = useClassroom();
  const { classroom } = useStore(store);
  const shows = classroom?.rooms.find(({ id }) => id === room)?.shows;
  if (shows === undefined) return <p className="lab-loading">{strings.shownOver}</p>;
  return <WatchView key={shows.id} path={`classes/${encodeURIComponent(room)}/shown/terminal`} name={lab.shownTab} locale={locale} />;
}
