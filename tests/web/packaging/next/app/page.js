import { Later } from "./later.js";
import { Lead } from "./lead.js";

const lead = { pricing_views: 4, reviews_read: 6, source: "Referral" };

export default function Page() {
  return (
    <>
      <Lead model="/model.json" lead={lead} />
      <Later model="/model.json" lead={lead} />
    </>
  );
}
