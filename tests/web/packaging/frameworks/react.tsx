import { createRef } from "react";
import type { SalesReadyLeadElement } from "sales-ready";
import "sales-ready/react";

const lead = { pricing_views: 4, source: "Referral", company_size: null };
const element = createRef<SalesReadyLeadElement>();

export const right = [
  <sales-ready-lead model="/model.json" lead={lead} />,
  <sales-ready-lead ref={element} key="1" className="card" lang="de" modelSource={null} headingLevel={2} heading-level="2" />,
  <sales-ready-lead touches={[{ at: "2026-03-01T09:30Z", kind: "webinar" }]} asOf={new Date()} since={0} leadBefore={lead} />,
  <sales-ready-lead actions="handoff feedback" held-by="marketing" onClick={() => {}}>
    <button slot="actions">Call</button>
  </sales-ready-lead>,
  <sales-ready-lead
    onsales-ready-change={({ detail }) => detail.score.grade.toLowerCase()}
    onsales-ready-error={({ detail }) => detail.error.message}
    onsales-ready-before-handoff={(event) => event.preventDefault()}
    onsales-ready-handback={({ detail }) => detail.reason === "no-fit" && detail.comment}
  />,
];

export const wrong = [
  // @ts-expect-error: a lead is an object
  <sales-ready-lead lead={4} />,
  // @ts-expect-error: no such attribute
  <sales-ready-lead modle="/model.json" />,
  // @ts-expect-error: nobody else holds a lead
  <sales-ready-lead held-by="finance" />,
  // @ts-expect-error: a level is a number
  <sales-ready-lead heading-level="high" />,
  // @ts-expect-error: is shown, not set
  <sales-ready-lead state="ready" />,
  // @ts-expect-error: its detail has a score
  <sales-ready-lead onsales-ready-change={({ detail }) => detail.probability} />,
  // @ts-expect-error: no such reason
  <sales-ready-lead onsales-ready-handback={({ detail }) => detail.reason === "too-high"} />,
  // @ts-expect-error: no such element
  <sales-ready-leads />,
];
