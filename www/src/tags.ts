// Languages as pages call them.

/** A language's tag: `de_AT` is none of HTML's, but what many CRMs call it, and `de_AT.UTF-8` or `de_AT@euro` what servers do. */
export function tagOf(lang: string): string {
  return /[\w-]+/.exec(lang)?.[0].replaceAll("_", "-") ?? "en";
}
