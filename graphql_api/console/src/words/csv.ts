/** Rows as files: CSV as RFC 4180 has it, and JSON lines. */
export type Cell = string | number | boolean | null | undefined;
export type Row = Record<string, Cell>;

/** A text that a spreadsheet would run as a formula gets an apostrophe in front: replies are written by others. */
const FORMULA = /^[=+\-@\t\r]/;

export function csvLine(cells: Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell == null) return "";
  const text = typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function jsonLine(row: Row): string {
  return `${JSON.stringify(row)}\n`;
}
