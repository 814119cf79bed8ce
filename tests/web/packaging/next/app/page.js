import { Lead } from "./lead.js";

export default function Page() {
  return <Lead model="/model.json" lead={{ pricing_views: 4, reviews_read: 6, source: "Referral" }} />;
}
