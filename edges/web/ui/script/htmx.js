// For the few pages where a part of the page is replaced instead of all of it: they name this file in their `head` block.
import "htmx.org";
