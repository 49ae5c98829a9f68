import type { Precision } from "../api/generated/graphql";

export interface TotalCount {
  count: number;
  precision: Precision;
}

/** "1,234", or "10,000+" where counting stopped. */
export function count({ count: rows, precision }: TotalCount): string {
  return rows.toLocaleString("en") + (precision === "AT_LEAST" ? "+" : "");
}
