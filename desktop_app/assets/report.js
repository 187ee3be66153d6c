"use strict";
for (const part of document.querySelectorAll(".part")) {
  const audio = part.querySelector("audio");
  const track = part.querySelector(".track");
  const scroll = part.querySelector(".scroll");
  const head = part.querySelector(".playhead");
  const rows = [...part.querySelectorAll("tbody tr")];
  const blocks = [...part.querySelectorAll(".block")];
  const seconds = track ? Number(track.dataset.seconds) : 0;
  let chosen = -1;

  const mark = (number) => {
    if (number === chosen) return;
    for (const list of [rows, blocks]) {
      if (list[chosen]) list[chosen].classList.remove("here");
      if (list[number]) list[number].classList.add("here");
    }
    chosen = number;
  };

  const show = (time) => {
    if (!track) return;
    const place = (time / seconds) * track.offsetWidth;
    if (place < scroll.scrollLeft + 20 || place > scroll.scrollLeft + scroll.clientWidth - 20) {
      scroll.scrollLeft = place - scroll.clientWidth / 3;
    }
    if (audio) {
      head.style.display = "block";
      head.style.left = `${(100 * time) / seconds}%`;
    }
  };

  const choose = (number) => {
    const start = Number(rows[number].dataset.start);
    mark(number);
    show(start);
    if (audio) {
      audio.currentTime = start;
      audio.play().catch(() => {});
    }
  };

  for (const [number, row] of rows.entries()) row.addEventListener("click", () => choose(number));
  for (const [number, block] of blocks.entries()) {
    block.addEventListener("click", () => {
      choose(number);
      rows[number].scrollIntoView({ block: "nearest" });
    });
  }

  if (audio) {
    const follow = () => {
      const time = audio.currentTime;
      show(time);
      mark(rows.findIndex((row) => time >= row.dataset.start && time < row.dataset.end));
      if (!audio.paused) requestAnimationFrame(follow);
    };
    audio.addEventListener("play", () => {
      for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
      requestAnimationFrame(follow);
    });
    audio.addEventListener("seeked", follow);
  }
}
