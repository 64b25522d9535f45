import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icons.js";

const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "sojourn-theme";
/** Said when the reader chose another. */
const CHANGED = "sojourn-theme";

/** The theme the reader chose before; `system` when none, or when storage is blocked. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? "system";
  } catch {
    return "system";
  }
}

/** Shows a theme now, and keeps it where the browser allows. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
  dispatchEvent(new Event(CHANGED));
}

/** A number that changes with the theme, for what is drawn and not styled. */
export function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const note = () => setChanges((before) => before + 1);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", note);
    addEventListener(CHANGED, note);
    return () => {
      system.removeEventListener("change", note);
      removeEventListener(CHANGED, note);
    };
  }, []);
  return changes;
}

export function ThemeToggle() {
  const [theme, setTheme] = useState(storedTheme);
  function turn() {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
    applyTheme(next);
    setTheme(next);
  }
  return (
    <button
      type="button"
      class="quiet icon-only"
      onClick={turn}
      aria-label={`Theme: ${theme}`}
      title={`Theme: ${theme}`}
    >
      <Icon name={theme} />
    </button>
  );
}
