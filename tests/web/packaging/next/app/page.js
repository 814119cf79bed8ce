import { Lead } from "./lead";

export default function Page() {
  return <Lead lead={{ pricing_views: 4, reviews_read: 6, source: "Referral" }} />;
}
