// A checkbox in the head of a table that chooses all rows of the page.

/** @param {HTMLTableElement} table with `data-choose`: the words for the checkbox */
export function offerChooseAll(table) {
  const boxes = [...table.querySelectorAll("tbody .r-table__choose input")];
  const head = table.querySelector("thead .r-table__choose");
  if (!head || boxes.length === 0) return;
  const all = draw(head, `${boxes[0].name}-page`, table.dataset.choose);
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  boxes.forEach((box) => box.addEventListener("change", show));
  // A browser that goes back restores the boxes but not what follows from them.
  show();
}

function draw(head, id, words) {
  const item = Object.assign(document.createElement("div"), { className: "govuk-checkboxes__item" });
  const all = Object.assign(document.createElement("input"), { className: "govuk-checkboxes__input", type: "checkbox", id });
  const label = Object.assign(document.createElement("label"), { className: "govuk-label govuk-checkboxes__label", htmlFor: id });
  label.append(Object.assign(document.createElement("span"), { className: "govuk-visually-hidden", textContent: words }));
  item.append(all, label);
  const group = Object.assign(document.createElement("div"), { className: "govuk-checkboxes govuk-checkboxes--small" });
  group.append(item);
  head.replaceChildren(group);
  return all;
}
