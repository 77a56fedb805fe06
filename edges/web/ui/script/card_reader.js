// Signing with the card in the reader: asks the component on this machine, says in words of the page what goes wrong, and sends the
// form with the card's answer. The words stand in the page, in the reader's language, one template for each case.

import { Component, Trouble } from "./card_component.js";

/** @param {HTMLElement} box with `data-card-reader`: address of the component, `data-text`: what is signed */
function offer(box) {
  const part = (name) => box.querySelector(`[data-reader="${name}"]`);
  const form = document.querySelector("form[data-card-answer]");
  const component = new Component(box.dataset.cardReader);
  const pin = box.querySelector("#card-pin");

  const say = (when, code = "") => {
    const words = box.querySelector(`template[data-when="${when}"]`).content.cloneNode(true);
    words.querySelectorAll('[data-reader="code"]').forEach((place) => (place.textContent = code));
    part("says").dataset.said = when;
    part("says").replaceChildren(words);
  };

  const doing = async (words, act) => {
    const buttons = box.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    say(words);
    try {
      await act();
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      say(trouble.when, trouble.code);
      if (!part("pin").hidden) pin.focus();
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  };

  const begin = () =>
    doing("reading", async () => {
      const holder = await component.holder();
      part("holder").hidden = !holder;
      part("holder").querySelector("strong").textContent = holder;
      part("begin").hidden = true;
      part("pin").hidden = false;
      part("says").replaceChildren();
      pin.focus();
    });

  const sign = () => {
    const entered = pin.value;
    pin.value = "";
    if (!entered) return say("no-pin");
    return doing("signing", async () => {
      form.elements.namedItem("cms").value = await component.sign(box.dataset.text, entered);
      say("sending");
      form.requestSubmit();
    });
  };

  part("begin").addEventListener("click", begin);
  part("sign").addEventListener("click", sign);
  pin.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    sign();
  });
  if (form) box.hidden = false;
}

document.querySelectorAll("[data-card-reader]").forEach(offer);
