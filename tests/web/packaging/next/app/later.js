"use client";
import { useEffect, useState } from "react";
import "sales-ready/define";

/** Rendered in the browser alone: there React sets properties and listens to events by itself. */
export function Later({ lead, model }) {
  const [there, setThere] = useState(false);
  const [grade, setGrade] = useState("");
  useEffect(() => setThere(true), []);
  return (
    there && (
      <>
        <sales-ready-lead model={model} lead={lead} onsales-ready-change={({ detail }) => setGrade(detail.score.grade)} />
        <output>{grade}</output>
      </>
    )
  );
}
