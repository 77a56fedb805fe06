// For the few pages where a part of the page is replaced instead of all of it: they name this file in their `head` block.

// The one place where text becomes markup: answers of our own server, to which alone `connect-src 'self'` lets a page speak. There is no
// policy for text that becomes script, so that stays forbidden. It runs before htmx because imports are evaluated in order.
import "./own_markup.js";
import "htmx.org";
