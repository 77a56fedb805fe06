// The policy under which htmx puts the server's answer into the page. Browsers without trusted types need none.
globalThis.trustedTypes?.createPolicy("default", { createHTML: (text) => text });
