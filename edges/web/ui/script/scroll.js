// A region that has nothing to scroll is no stop for the keyboard.

/** @param {NodeListOf<HTMLElement>} regions drawn with `tabindex="0"`, so that they can be reached without script too */
export function freeScrollRegions(regions) {
  const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => free(target)));
  regions.forEach((region) => watch.observe(region));
}

function free(region) {
  if (region.scrollWidth > region.clientWidth) region.setAttribute("tabindex", "0");
  else region.removeAttribute("tabindex");
}
