const ENTRIES = [
  ["mark-action", "Action"],
  ["mark-error", "Error"],
  ["block", "Long task"],
  ["mark-vital", "Vital"],
  ["bar-document", "Document"],
  ["bar-request", "Request"],
  ["bar-script", "Script"],
  ["bar-style", "Style"],
  ["bar-image", "Image"],
  ["bar-font", "Font"],
  ["bar-other", "Other"],
] as const;

export function Legend() {
  return (
    <ul class="legend">
      {ENTRIES.map(([name, label]) => (
        <li key={name}>
          <i class={`key ${name}`} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  );
}
