// Values as texts, to be compared.

/** What is found in itself, as an account among whose leads its lead is, is told by where it was found first. Throws where a getter does. */
export function written(found: unknown): string {
  const plain = (value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);
  try {
    return JSON.stringify(found, (_, value: unknown) => plain(value));
  } catch {
    const places = new Map<unknown, number>();
    return JSON.stringify(found, (_, value: unknown) => {
      if (typeof value !== "object" || value === null) return plain(value);
      const place = places.get(value);
      if (place === undefined) places.set(value, places.size);
      return place === undefined ? value : `#${place}`;
    });
  }
}
