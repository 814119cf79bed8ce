"use client";
import "sales-ready/define";

export function Lead({ lead }) {
  return <sales-ready-lead model="/model.json" lead={lead} />;
}
