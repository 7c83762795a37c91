// The steps of both journeys, beside the editors: a step opens its tab, in the order of the paper.

import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from "@graphiql/react";
import { useEffect } from "react";
import groups from "./examples.json";

type Step = { title: string; note: string; operation: string[]; variables?: unknown };

export const steps: Step[] = groups.flatMap((group) => group.steps as Step[]);

const nameOf = (step: Step) => /\w+ (\w+)/.exec(step.operation[0] ?? "")?.[1] ?? "";
const pretty = (value: unknown) => JSON.stringify(value, null, 2);

export const asTab = (step: Step) => ({
  query: step.operation.join("\n"),
  variables: step.variables ? pretty(step.variables) : "",
});

function Steps() {
  const { tabs, activeTabIndex, queryEditor, variableEditor } = useGraphiQL((state) => ({
    tabs: state.tabs,
    activeTabIndex: state.activeTabIndex,
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  const { addTab, changeTab } = useGraphiQLActions();

  function open(step: Step) {
    const index = tabs.findIndex((tab) => tab.title === nameOf(step));
    if (index >= 0) return changeTab(index);
    addTab(); // it was closed
    queryEditor?.setValue(asTab(step).query);
    variableEditor?.setValue(asTab(step).variables);
  }

  const isReady = Boolean(queryEditor && variableEditor); // before, a tab would be chosen and its contents not shown
  const current = tabs[activeTabIndex]?.title;
  useEffect(() => {
    document.querySelector("[role=tab][aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [current]);

  return (
    <section className="steps" aria-label="Steps">
      <h1>Steps</h1>
      <p>
        Choose one, run it (Ctrl + Enter). What its answer gives goes into the steps that say <code>&lt;…&gt;</code>.
      </p>
      {groups.map((group) => (
        <div key={group.title}>
          <h2>{group.title}</h2>
          <ol>
            {(group.steps as Step[]).map((step) => (
              <li key={nameOf(step)}>
                <button
                  type="button"
                  disabled={!isReady}
                  aria-current={nameOf(step) === current ? "step" : undefined}
                  onClick={() => open(step)}
                >
                  {step.title}
                </button>
                {nameOf(step) === current && <p>{step.note}</p>}
              </li>
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}

const Icon = () => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
    <path d="M9 6h11M9 12h11M9 18h11M4 6h1M4 12h1M4 18h1" strokeLinecap="round" />
  </svg>
);

export const stepsPlugin: GraphiQLPlugin = { title: "Steps", icon: Icon, content: Steps };
