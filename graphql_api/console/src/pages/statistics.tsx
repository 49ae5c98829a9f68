import { Notice } from "../parts/states";
import { useTitle } from "../parts/title";

export function StatisticsPage() {
  useTitle("Statistics");
  return (
    <Notice level={1} icon="clock" title="Statistics">
      <p>Histogram by status, with ranges to drag, and bounces by reason and domain will be here.</p>
    </Notice>
  );
}
