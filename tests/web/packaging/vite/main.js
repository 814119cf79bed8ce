import "sales-ready/define";

document.querySelector("sales-ready-lead").lead = { pricing_views: 4, reviews_read: 6, source: "Referral" };
