// main.js - Draws the page from the data that it carries.
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

'use strict';

/** Lists of values, as they travel, as objects. */
function unpack(keys, lists) {
  return lists.map((list) => Object.fromEntries(keys.map((key, i) => [key, list[i]])));
}

function unpackSchedule(packed) {
  const schedule = {...packed};
  schedule.tasks = unpack(packed.task_keys, packed.tasks);
  schedule.transfers = unpack(packed.transfer_keys, packed.transfers);
  return schedule;
}

/** Timelines far below the window are drawn when they come near it. */
function drawWhenNear(timelines) {
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries)
      if (entry.isIntersecting) {
        observer.unobserve(entry.target);
        timelines.get(entry.target).draw();
      }
  }, {rootMargin: '1000px'});
  for (const figure of timelines.keys()) observer.observe(figure);
}

function start() {
  const data = JSON.parse(document.getElementById('report-data').textContent);
  const timelines = new Map();
  document.querySelectorAll('figure.timeline').forEach((figure, index) => {
    timelines.set(figure, new Timeline(figure, unpackSchedule(data.schedules[index]), data.kinds));
  });
  const [first, ...others] = timelines.keys();
  if (first) timelines.get(first).draw();
  drawWhenNear(new Map(others.map((figure) => [figure, timelines.get(figure)])));
  drawWhenPrinted([...timelines.values()]);
  setUpPlots(data.points);
  document.documentElement.dataset.ready = JSON.stringify({elements: work.elements,
    firings: work.firings, visited: work.visited});
}

start();
