// Two conveniences of the bed report. Everything works without them: the fields take digits, the server checks the sum.
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
