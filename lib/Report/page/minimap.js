// minimap.js - The whole timeline in a strip, and the part of it in view.
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

'use strict';

class Minimap {
  constructor(canvas, timeline) {
    this.canvas = canvas;
    this.timeline = timeline;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.centre(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (event.buttons & 1) this.centre(event);
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.picture = null;
      timeline.redraw();
    });
  }

  centre(event) {
    const {timeline} = this;
    const box = this.canvas.getBoundingClientRect();
    const time = (event.clientX - box.left) / box.width * timeline.length;
    const half = (timeline.end - timeline.begin) / 2;
    timeline.setView(time - half, time + half);
  }

  draw() {
    const {canvas, timeline} = this;
    const ratio = window.devicePixelRatio || 1;
    const width = timeline.width;
    const rows = timeline.schedule.rows.length;
    const height = Math.min(Math.max(rows * 4, 20), 96);
    const key = [width, height, ratio, timeline.colorBy].join();
    canvas.style.width = width + 'px';
    canvas.style.height = height + 'px';
    canvas.style.marginLeft = timeline.gutter + 'px';
    if (this.key !== key || !this.picture) {
      this.key = key;
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      this.picture = this.paint(width, height, ratio);
    }
    const context = canvas.getContext('2d');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.picture, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.frame(context, width, height);
  }

  /** Dims what is out of view. */
  frame(context, width, height) {
    const {timeline} = this;
    const style = getComputedStyle(timeline.figure);
    const from = timeline.begin / timeline.length * width;
    const to = timeline.end / timeline.length * width;
    context.fillStyle = style.getPropertyValue('--veil');
    context.fillRect(0, 0, from, height);
    context.fillRect(to, 0, width - to, height);
    context.strokeStyle = style.getPropertyValue('--accent');
    context.lineWidth = 1.5;
    context.strokeRect(from + 0.75, 0.75, Math.max(to - from - 1.5, 1), height - 1.5);
  }

  /** All bars, once; a canvas takes tens of thousands without effort. */
  paint(width, height, ratio) {
    const {timeline} = this;
    const {schedule, items, kinds} = timeline;
    const picture = document.createElement('canvas');
    picture.width = width * ratio;
    picture.height = height * ratio;
    const context = picture.getContext('2d');
    context.scale(ratio, ratio);
    const style = getComputedStyle(timeline.figure);
    context.fillStyle = style.getPropertyValue('--track');
    context.fillRect(0, 0, width, height);
    const scale = width / timeline.length, pitch = height / items.length;
    const bar = Math.max(pitch - (pitch > 2 ? 1 : 0), 0.5);
    const colors = kinds.map((kind) => style.getPropertyValue('--kind-' + kind.name));
    const transfer = style.getPropertyValue('--kind-transfer');
    items.forEach((row, index) => {
      for (const item of row) {
        context.fillStyle = colorOf(timeline, item) ||
          (item.kind === undefined ? transfer : colors[item.kind]);
        for (let k = 0; k < item.count; ++k)
          context.fillRect((item.begin + k * schedule.period) * scale, index * pitch,
            item.duration * scale, bar);
      }
    });
    return picture;
  }
}
