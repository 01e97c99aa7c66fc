// The manual's search: every word must stand in a part of a page; those that have it in the heading come first.
// It loads nothing: the pages' words stand in search-pages.js, so it works from a disc.
"use strict";

function manualFound(pages, typed, most) {
  var words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  var found = [];
  pages.forEach(function (page, place) {
    var heading = (page[1] + " " + page[2]).toLowerCase();
    var text = page[3].toLowerCase();
    var weight = 0;
    var whole = words.every(function (word) {
      if (heading.indexOf(word) >= 0) weight += 2;
      return heading.indexOf(word) >= 0 || text.indexOf(word) >= 0;
    });
    if (whole) found.push({ page: page, weight: weight, place: place });
  });
  found.sort(function (a, b) { return b.weight - a.weight || a.place - b.place; });
  return found.slice(0, most).map(function (one) { return one.page; });
}

function manualExcerpt(text, typed) {
  var word = typed.toLowerCase().split(/\s+/).filter(Boolean)[0] || "";
  var from = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  return (from ? "… " : "") + text.slice(from, from + 160) + (text.length > from + 160 ? " …" : "");
}

if (typeof document !== "undefined") {
  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("manual-search");
    if (!form || typeof manualPages === "undefined") return;
    var list = document.createElement("div");
    list.style.cssText = "text-align:left;font-size:85%;max-height:60vh;overflow:auto";
    list.setAttribute("aria-live", "polite");
    form.appendChild(list);
    form.querySelector("input").addEventListener("input", function (event) {
      var typed = event.target.value;
      list.textContent = "";
      manualFound(manualPages, typed, 20).forEach(function (page) {
        var line = document.createElement("a");
        line.href = form.dataset.up + page[0];
        line.style.cssText = "display:block;padding:4px 6px;color:inherit";
        var head = document.createElement("b");
        head.textContent = page[1] === page[2] ? page[1] : page[1] + ": " + page[2];
        line.appendChild(head);
        line.appendChild(document.createElement("br"));
        line.appendChild(document.createTextNode(manualExcerpt(page[3], typed)));
        list.appendChild(line);
      });
      if (typed.trim() && !list.firstChild) list.textContent = "Nothing found.";
    });
  });
}
