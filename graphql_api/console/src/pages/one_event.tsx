/** An event without a tracking id belongs to no message: it stands alone. */
import { useAnswer } from "../api/answer";
import { OneEventDocument } from "../api/generated/graphql";
import { Loading, Notice, Trouble } from "../parts/states";
import { useKeys } from "../state/keys";
import { backToList } from "../state/place";
import { wanted } from "../state/token";
import { steps } from "../words/timeline";
import { Step } from "./step";

export function OneEvent({ id }: { id: string }) {
  useKeys([{ key: "Escape", says: "back to the list", run: backToList }]);
  const { data, problem, again } = useAnswer(OneEventDocument, wanted.value ? null : { id });
  if (problem && !data) return <Trouble level={1} problem={problem} again={again} />;
  if (!data) return <Loading rows={4} />;
  if (data.node?.__typename !== "Event") {
    return (
      <Notice level={1} icon="search" title="There is no such event">
        <p>It may have been erased, or the retention's time is over.</p>
      </Notice>
    );
  }
  return (
    <section aria-label="Event">
      <h1>An event without a tracking id</h1>
      <ol class="timeline">
        {steps([data.node], false).map((step) => (
          <Step key={id} step={step} several alone />
        ))}
      </ol>
    </section>
  );
}
