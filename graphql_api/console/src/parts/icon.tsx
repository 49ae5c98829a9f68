/** Icons as paths of a square of 16, drawn with the colour of the text around them. */
const PATHS = {
  queued: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3",
  deferred: "M13 8A5 5 0 1 1 11.3 4.3M13.2 2.5v3h-3",
  delivered: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8.2l1.8 1.8 3.4-3.8",
  bounced: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6 6l4 4M10 6l-4 4",
  unknown: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6.6 6.4a1.5 1.5 0 1 1 2 1.6c-.4.2-.6.5-.6.9M8 10.8v.1",
  opened: "M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2",
  clicked: "M6 6l7 2.6-3.2 1.2L8.6 13zM3 3l1 1M6.5 2v1.400M2 6.500h1.4",
  complained: "M4 14V2.500h7.500L10 5.500l1.5 3H4",
  unsubscribed: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M5.5 8h5",
  search: "M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.300l3.2 3.2",
  copy: "M6 6h7v7H6zM3 10V3h7",
  done: "M3.5 8.500l3 3 6-7",
  warning: "M8 2.5 14 13H2zM8 6.500v3M8 11.200v.1",
  close: "M4 4l8 8M12 4l-8 8",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M12.6 3.400l-.7.7M4.1 11.900l-.7.7",
  moon: "M13 9.500A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5",
  auto: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 2.500v11M8 5h4.500M8 8h5.500M8 11h4.5",
  clock: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.200l2.2 1.3",
  mail: "M2 4h12v8.500H2zM2 4.500l6 4.5 6-4.5",
  back: "M9.5 3.5 5 8l4.5 4.5",
  pause: "M5.5 3.500v9M10.5 3.500v9",
  live: "M8 4.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7",
  views: "M4 2.500h8v11L8 10.500l-4 3z",
  next: "M6.5 3.5 11 8l-4.5 4.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
