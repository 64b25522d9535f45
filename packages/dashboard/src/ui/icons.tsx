const PATHS = {
  view: "M2 3.5h12v9H2zM2 6.5h12",
  action: "M4 2.5l8.5 5-3.8 1-1.9 3.6zM9.2 9.4l2.6 4",
  error: "M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3zM8 4.8v3.8M8 10.8v.4",
  resource: "M5 13V3M2.5 5.5L5 3l2.5 2.5M11 3v10M8.5 10.5L11 13l2.5-2.5",
  long_task: "M4 2h8M4 14h8M5 2c0 4 6 4 6 6s-6 2-6 6M11 2c0 4-6 4-6 6s6 2 6 6",
  vital: "M2 11a6 6 0 1 1 12 0M8 11l3-4",
  other: "M8 7v4M8 4.8v.4M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z",
  chevron: "M6 3.5L10.5 8 6 12.5",
  back: "M10 3.5L5.5 8l4.5 4.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "M3 8.5l3.2 3.2L13 4.8",
  close: "M4 4l8 8M12 4l-8 8",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3l8 5-8 5z",
  light:
    "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7",
  dark: "M13 9.8A5.6 5.6 0 0 1 6.2 3a5.6 5.6 0 1 0 6.8 6.8z",
  system: "M2 3h12v8H2zM5.5 14h5M8 11v3",
  out: "M9.5 3H13v3.5M13 3L7.5 8.5M11.5 9.5V13H3V4.5h3.5",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing of 16 × 16, in the colour of the text. It says nothing that the text beside it does not. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
