/** Keeps the end of the conversation in view. */

const NEAR_END_PX = 80;

/** Follows the newest message unless the reader scrolled up; then `pill` says that there is something new. */
export class Follower {
  following = true;
  top = 0;

  constructor(scroller, content, pill) {
    Object.assign(this, { scroller, content, pill });
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    pill.addEventListener("click", () => this.toEnd());
    // One observer for all that moves the end: messages, pictures that arrive, the keyboard of the phone.
    const observer = new ResizeObserver(() => this.following && this.toEnd());
    observer.observe(scroller);
    observer.observe(content);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    // Far from the end is not enough: the end itself may have moved away under a reader who did nothing.
    if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) this.following = true;
    else if (scrollTop < this.top) this.following = false;
    this.top = scrollTop;
    if (this.following) this.pill.hidden = true;
  }

  toEnd() {
    this.following = this.pill.hidden = true;
    const { scroller } = this;
    const last = this.content.lastElementChild;
    // What is longer than the screen is read from its first line.
    const isLong = last && last.dataset.mine === "false" && last.offsetHeight > scroller.clientHeight;
    if (isLong) scroller.scrollTop += last.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
    else scroller.scrollTop = scroller.scrollHeight;
    this.top = scroller.scrollTop;
  }

  arrived() {
    this.pill.hidden = this.following;
  }
}
