// Hands the options on the page to the person's device, and the device's answer to the form.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

async function create(options) {
  const user = { ...options.user, id: bytes(options.user.id) };
  const publicKey = { ...options, user, challenge: bytes(options.challenge), excludeCredentials: named(options.excludeCredentials) };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  const { attestationObject, clientDataJSON } = response;
  const said = { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) };
  return { id, rawId: text(rawId), type, response: said, extensions: {} };
}

async function get(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) };
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey });
  const { authenticatorData, clientDataJSON, signature, userHandle } = response;
  const said = {
    authenticatorData: text(authenticatorData),
    clientDataJSON: text(clientDataJSON),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  };
  return { id, rawId: text(rawId), type, response: said, extensions: {} };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-button]");
  const failed = form.querySelector("[data-passkey-failed]");
  if (!window.PublicKeyCredential) {
    failed.hidden = false;
    continue;
  }
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    button.disabled = true;
    try {
      const { publicKey } = JSON.parse(form.dataset.options);
      const answer = await (form.dataset.passkey === "create" ? create(publicKey) : get(publicKey));
      form.elements.namedItem("answer").value = JSON.stringify(answer);
      form.submit();
    } catch {
      failed.hidden = false;
      button.disabled = false;
    }
  });
}
