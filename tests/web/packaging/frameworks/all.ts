// With the declarations of the libraries checked, too: ours are among them.
import "sales-ready/react";
import "sales-ready/svelte";
import "sales-ready/vue";
