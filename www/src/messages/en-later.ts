// English for what both the details and a lead's touches say; each of their files brings it along.

export const later = {
  below1: "below {n}",
  above99: "above {n}",
  ago: { one: "{n} day ago", other: "{n} days ago" },
  agoSoon: "less than a day ago",
};
