// GraphiQL with every step of both journeys in a tab of its own. What is typed lives as long as the browser's tab.

import "./workers";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./graphiql.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { ask } from "./endpoint";
import { asTab, steps, stepsPlugin } from "./steps";

// No history: it would keep the passwords that were tried. The steps, and a tree to put operations together.
const plugins = [stepsPlugin, explorerPlugin({ showAttribution: false })];

// A link may bring an operation along: /graphql?query=…&variables=… It is shown, never run.
function brought() {
  const { query, variables } = Object.fromEntries(new URLSearchParams(location.search));
  return query ? { query, variables: variables ?? "" } : null;
}

// What stood in the tab that was open before the page was loaded again.
function kept(): { query: string | null; variables: string | null } | null {
  const { tabs, activeTabIndex } = JSON.parse(sessionStorage.getItem("graphiql:tabState") ?? "{}");
  return tabs?.[activeTabIndex] ?? null;
}

const link = brought();
const tabs = [...(link ? [link] : []), ...steps.map(asTab)];
// GraphiQL remembers each editor beside the tabs, and opens one more tab where they differ: it is told what to show.
const first = link ?? kept() ?? tabs[0];

createRoot(document.getElementById("root")!).render(
  <GraphiQL
    fetcher={ask}
    storage={sessionStorage}
    plugins={plugins}
    visiblePlugin={stepsPlugin}
    defaultTabs={tabs}
    initialQuery={first?.query ?? undefined}
    initialVariables={first?.variables ?? undefined}
    defaultEditorToolsVisibility="variables"
    shouldPersistHeaders={false}
    schemaDescription
    inputValueDeprecation
  >
    <GraphiQL.Logo>Parvis</GraphiQL.Logo>
  </GraphiQL>,
);
