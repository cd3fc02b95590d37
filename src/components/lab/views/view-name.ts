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
    case "edit":
      return view.target.slice(Math.max(view.target.lastIndexOf("/"), view.target.lastIndexOf(":")) + 1) || view.target;
    default:
      return strings.views[view.kind];
  }
}
