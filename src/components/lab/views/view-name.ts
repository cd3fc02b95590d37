import { targetOf, targetTitle } from "../../../lab/editor-target.ts";
import type { Strings } from "../../../lab/strings.ts";
import type { View } from "../../../lab/views.ts";

/** What a view is called where the learner has given it no name. */
export function viewName(view: View, strings: Strings): string {
  switch (view.kind) {
    case "terminal":
      return strings.terminal(view.number);
    case "console":
      return strings.consoleOf(view.guest);
    case "screen":
      return strings.screenOf(view.guest);
    case "shown":
      return strings.shownTab;
    case "edit": {
      const target = targetOf(view.target);
      return target === undefined ? view.target : targetTitle(target);
    }
    default:
      return strings.views[view.kind];
  }
}
