import { Notice } from "../parts/states";
import { useTitle } from "../parts/title";

export function LivePage() {
  useTitle("Live");
  return (
    <Notice level={1} icon="clock" title="Live">
      <p>Events as they arrive, with pause and the rate will be here.</p>
    </Notice>
  );
}
