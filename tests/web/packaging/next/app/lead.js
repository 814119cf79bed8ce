"use client";
import { useEffect, useRef } from "react";
import "sales-ready/define";

/** What no attribute can hold is set by an effect: React sets no properties of an element that a server has rendered. */
export function Lead({ lead, model }) {
  const element = useRef(null);
  useEffect(() => {
    element.current.lead = lead;
  }, [lead]);
  return <sales-ready-lead ref={element} model={model} />;
}
