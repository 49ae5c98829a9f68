import { Notice } from "../parts/states";
import { useTitle } from "../parts/title";

export function DeadLettersPage() {
  useTitle("Dead letters");
  return (
    <Notice level={1} icon="clock" title="Dead letters">
      <p>What could not be used: why, its bytes, and how to send it on will be here.</p>
    </Notice>
  );
}
