// Light or dark: as the system has it, until the reader chooses.

import { byId } from "./dom.js";

const KEY = "theme";

export function startTheme(): void {
  const button = byId("theme", HTMLButtonElement);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const now = (): string => document.documentElement.dataset["theme"] ?? (dark.matches ? "dark" : "light");
  const label = (): void => {
    button.textContent = now() === "dark" ? "Light theme" : "Dark theme";
  };
  const chosen = remembered();
  if (chosen) document.documentElement.dataset["theme"] = chosen;
  label();
  dark.addEventListener("change", label);
  button.addEventListener("click", () => {
    const next = now() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    remember(next);
    label();
  });
}

function remembered(): string | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "dark" || theme === "light" ? theme : undefined;
  } catch {
    return undefined; // storage is blocked: the choice lasts as long as the page
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // as above
  }
}
