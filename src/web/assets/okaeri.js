// Conveniences. Everything works without them: the fields take digits, the server checks the sum, a board can be loaded anew.
"use strict";

// As the server reads it: full-width digits count too, nothing is none, anything else is not a number.
const read = (input) => {
  const text = input.value.normalize("NFKC").trim();
  return /^\d*$/.test(text) ? Number(text) : NaN;
};

for (const stepper of document.querySelectorAll("[data-stepper]")) {
  const input = stepper.querySelector("input");
  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      input.value = Math.max(0, (read(input) || 0) + Number(button.dataset.step));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

// A fault above the form says which field it means.
for (const link of document.querySelectorAll(".faults a")) {
  const field = document.getElementById(link.hash.slice(1));
  const label = (field?.labels?.[0] ?? field?.querySelector("legend"))?.firstChild.textContent;
  if (label && !link.textContent.includes(label)) link.prepend(`${label}：`);
}

for (const output of document.querySelectorAll("[data-sum]")) {
  const form = output.closest("form");
  const total = Number(output.dataset.total);
  const show = () => {
    const sum = output.dataset.sum.split(" ").reduce((sum, name) => sum + read(form.elements[name]), 0);
    const off = sum - total;
    output.hidden = false;
    output.dataset.tone = off === 0 ? "good" : "stop";
    output.value = Number.isNaN(sum) ? "数字で入力してください"
      : off === 0 ? `合計 ${sum}床：合っています`
      : `合計 ${sum}床：${Math.abs(off)}床${off > 0 ? "多い" : "足りない"}`;
  };
  form.addEventListener("input", show);
  show();
}

// Beds that may be asked for of a ward that takes nobody in: said beside the field, before it is reported.
for (const doubt of document.querySelectorAll("[data-doubt]")) {
  const form = doubt.closest("form");
  const [beds, state] = doubt.dataset.doubt.split(" ");
  const show = () => {
    const count = read(form.elements[beds]) || 0;
    doubt.querySelector("b").textContent = count;
    doubt.hidden = !(count > 0 && form.elements[state].value === "not_accepting");
  };
  form.addEventListener("input", show);
  show();
}

// A wall: nobody scrolls it.
const hang = (list, mark) => {
  const gap = () => parseFloat(getComputedStyle(list).columnGap) || 0;
  let page = 0, pages = 1, rests = false;
  const show = () => {
    list.scrollLeft = page * (list.clientWidth + gap());
    mark.textContent = pages > 1 ? `${page + 1}／${pages}` : "";
  };
  // The largest letters with which all is seen at once; where the smallest are too large, pages.
  const fit = () => {
    const is_large = innerWidth >= 768;
    document.body.toggleAttribute("data-fitted", is_large);
    list.style.columnFill = "auto";
    for (let size = is_large ? 32 : 16; size >= 16; size--) {
      document.documentElement.style.fontSize = is_large ? `${size}px` : "";
      if (list.scrollWidth <= list.clientWidth + 1) break;
    }
    pages = is_large ? Math.ceil((list.scrollWidth - 1) / (list.clientWidth + gap())) : 1;
    page = Math.min(page, pages - 1);
    list.style.columnFill = pages > 1 ? "auto" : "balance";
    show();
  };
  const turn = () => {
    if (rests || pages < 2) return;
    page = (page + 1) % pages;
    show();
  };
  addEventListener("resize", fit);
  document.fonts.ready.then(fit);
  setInterval(turn, 15000);
  return { fit, rest: (now) => (rests = now) };
};

// The bed board while it stays open: cards are put in their place, and lines in theirs, in the order in which they stand, so that
// nothing jumps.
for (const live of document.querySelectorAll("[data-live]")) {
  const [said, button] = [live.querySelector("[data-live-said]"), live.querySelector("[data-live-switch]")];
  const list = document.getElementById("board");
  const words = { on: button.textContent, off: button.dataset.off, ended: button.dataset.ended };
  let seen = live.dataset.version;
  let source;

  const element = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };
  const put = ({ id, after, html }, is_news) => {
    const card = element(html);
    const old = document.getElementById(card.id);
    if (old && old.innerHTML === card.innerHTML) return;
    for (const line of card.querySelectorAll(".bed")) {
      const was = document.getElementById(line.id);
      line.toggleAttribute("data-new", is_news && was?.innerHTML !== line.innerHTML);
    }
    if (!old) {
      const above = after && document.getElementById(`house-${after}`);
      return above ? above.after(card) : list.prepend(card);
    }
    for (const was of old.querySelectorAll(".bed")) {
      const line = [...card.querySelectorAll(".bed")].find((line) => line.id === was.id);
      line?.parentElement.append(line);
    }
    const had = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
    old.replaceWith(card);
    if (had) [...card.querySelectorAll("a")].find((link) => link.getAttribute("href") === had)?.focus({ preventScroll: true });
  };
  const show = (event) => {
    const news = JSON.parse(event.data);
    seen = event.lastEventId;
    for (const row of news.rows) put(row, !news.all);
    const stays = new Set(news.rows.map((row) => `house-${row.id}`));
    const gone = news.all ? [...list.children].filter((row) => !stays.has(row.id)) : news.gone.map((id) => document.getElementById(`house-${id}`));
    for (const row of gone) row?.remove();
    document.getElementById("board-totals").innerHTML = news.totals;
    document.getElementById("board-lead").textContent = news.lead;
    if (news.duty !== null) document.getElementById("board-duty").innerHTML = news.duty;
    if (news.said) said.textContent = news.said;
    wall?.fit();
  };
  // Nobody presses a button on a wall: it asks until there is somebody who answers, and meanwhile says that it doesn't know.
  const is_wall = document.body.dataset.kind === "wall";
  const wall = is_wall ? hang(list, live.querySelector("[data-live-page]")) : undefined;
  let watch;
  const stop = (word) => {
    clearTimeout(watch);
    source?.close();
    source = undefined;
    button.textContent = word;
  };
  const lose = () => {
    stop(words.ended);
    if (!is_wall) return;
    list.toggleAttribute("data-lost", true);
    said.textContent = button.dataset.lost;
    watch = setTimeout(() => fetch(location.href).then((answer) => (answer.status < 500 ? location.reload() : lose()), lose), 30000);
  };
  // The server is heard every 20 seconds; a line that is silent for longer is dead, whatever the browser thinks.
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => (is_wall ? lose() : start()), 70000);
  };
  const start = () => {
    const mark = live.dataset.live.includes("?") ? "&" : "?";
    source?.close();
    source = new EventSource(`${live.dataset.live}${mark}seen=${seen}`);
    for (const heard of ["open", "news", "tick"]) source.addEventListener(heard, alive);
    source.addEventListener("news", show);
    source.addEventListener("end", () => stop(words.ended));
    // Signed out, or refused: the browser doesn't try again.
    source.addEventListener("error", () => source?.readyState === EventSource.CLOSED && lose());
    alive();
    button.textContent = words.on;
  };
  button.addEventListener("click", () => {
    resting = false;
    if (button.textContent === words.ended) location.reload();
    else if (source) stop(words.off);
    else start();
    wall?.rest(!source);
  });
  // A browser opens six lines to a server, and each board keeps one: who looks elsewhere needs none, and catches up on return.
  let resting = document.hidden && !is_wall;
  const look = () => {
    if (document.hidden && source) {
      stop(words.on);
      resting = true;
    } else if (!document.hidden && resting) {
      resting = false;
      start();
    }
  };
  if (!is_wall) document.addEventListener("visibilitychange", look);
  live.hidden = false;
  if (!resting) start();
}
