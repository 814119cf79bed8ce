// Values as texts, to be compared.

/** The most objects of which one that leads back to itself is looked at: from some a whole page can be reached. */
const MOST = 10_000;

/** What is found in itself, as an account among whose leads its lead is, is told by where it was found first. Throws where a getter does, and where there is no end. */
export function written(found: unknown): string {
  const plain = (value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);
  try {
    return JSON.stringify(found, (_, value: unknown) => plain(value));
  } catch {
    const places = new Map<unknown, number>();
    return JSON.stringify(found, (_, value: unknown) => {
      if (typeof value !== "object" || value === null) return plain(value);
      const place = places.get(value);
      if (place === undefined && places.set(value, places.size).size > MOST) throw new RangeError("found too many objects to compare");
      return place === undefined ? value : `#${place}`;
    });
  }
}
