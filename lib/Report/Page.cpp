//===- Page.cpp - Schedules as one page -----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/Page.h"

#include "Facts.h"
#include "Html.h"
#include "Palette.h"
#include "Text.h"
#include "Verdict.h"

#include <fmt/format.h>

namespace layerpipe::report {

using namespace scheduling;

/// The build puts page/*.js and page/page.css into the library as these
/// strings.
extern const std::string_view pageScript, pageStyle;

namespace {

std::string kindColors() {
  std::string style =
      fmt::format(":root {{ --critical: {}; "
                  "--kind-transfer: {}; }}\n"
                  ".kind-transfer {{ fill: {}; "
                  "background: {}; }}\n",
                  criticalColor, transferColor, transferColor, transferColor);
  for (const KindStyle &kind : kindStyles())
    style += fmt::format(":root {{ --kind-{0}: {1}; }}\n"
                         ".kind-{0} {{ fill: {1}; background: {1}; }}\n",
                         toString(kind.kind), kind.color);
  return style;
}

/// Returns the page's head. Its content policy forbids every request, whatever
/// the page's data may hold.
std::string headHtml(const Report &report) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
      "<meta name=\"generator\" content=\"layerpipe\">\n"
      "<title>{}</title>\n<style>\n{}{}</style>\n</head>\n",
      escape(report.title), pageStyle, kindColors());
}

std::string overview(const std::vector<Facts> &facts) {
  Table table({{"schedule"},
               {"P", Column::number},
               {"period", Column::number},
               {"gap", Column::number},
               {"utilization", Column::number},
               {"staleness", Column::number},
               {"stash", Column::number},
               {"peak memory", Column::number},
               {"sent", Column::number}});
  for (const Facts &one : facts) {
    const StaticSchedule &schedule = one.schedule;
    table.add({{fmt::format("<a href=\"#{}\">{} · {}</a>", one.id,
                            escape(schedule.graph), escape(schedule.strategy))},
               {fmt::format("{}", schedule.processors.size())},
               {escape(formatTime(schedule.period, schedule.timeUnit))},
               {formatOptional(one.totals.gap, formatPercent)},
               {formatPercent(schedule.utilization), schedule.utilization},
               {fmt::format("{}", one.totals.maxStaleness)},
               {formatBytes(one.totals.stashBytes)},
               {formatBytes(one.totals.peakMemoryBytes)},
               {formatBytes(schedule.bytesPerIteration)}});
  }
  return cardHtml("Schedules", "Each leads to its section below.",
                  table.html());
}

std::string
options(std::initializer_list<std::pair<const char *, const char *>> choices) {
  std::string html;
  for (const auto &[value, name] : choices)
    html += fmt::format("<option value=\"{}\">{}</option>", value, name);
  return html;
}

std::string overProcessorsCard() {
  return cardHtml(
      "Over the number of processors",
      "A line joins the best rows of each strategy.",
      fmt::format(
          "<figure class=\"plot\" data-plot=\"processors\">\n"
          "<div class=\"toolbar\"><label>show <select>{}</select></label></div>"
          "\n<div class=\"legend\"></div>\n<svg class=\"chart\" role=\"img\" "
          "aria-label=\"strategies over processors\"></svg>\n</figure>\n",
          options({{"speedup", "speedup"},
                   {"vs_pipedream", "speed relative to pipedream"},
                   {"gap", "gap to the lower bound"},
                   {"utilization", "utilization"},
                   {"max_staleness", "largest staleness"},
                   {"stash_bytes", "stash"},
                   {"peak_memory_bytes", "peak memory"},
                   {"communication_bytes", "bytes sent"}})));
}

std::string paretoCard() {
  return cardHtml(
      "Period against its price",
      "Outlined points are not dominated: no other one is as good in both and "
      "better in one.",
      fmt::format(
          "<figure class=\"plot\" data-plot=\"pareto\">\n"
          "<div class=\"toolbar\"><label>price <select data-measure>{}"
          "</select></label><label>processors <select data-filter>"
          "<option value=\"\">all</option></select></label></div>\n"
          "<div class=\"legend\"></div>\n<svg class=\"chart\" role=\"img\" "
          "aria-label=\"period against price\"></svg>\n"
          "<figcaption class=\"drawn\"></figcaption>\n</figure>\n",
          options({{"max_staleness", "largest staleness"},
                   {"stash_bytes", "stash"},
                   {"communication_bytes", "bytes sent"},
                   {"peak_memory_bytes", "peak memory"}})));
}

std::string plain(double value) { return fmt::format("{:g}", value); }
std::string times(double value) { return fmt::format("{:.3f}", value); }

std::string rowsTable(const ReportedRows &reported) {
  Table table({{"strategy"},
               {"P", Column::number},
               {"period", Column::number},
               {"speedup", Column::number},
               {"vs pipedream", Column::number},
               {"gap", Column::number},
               {"utilization", Column::number},
               {"staleness", Column::number},
               {"stash", Column::number},
               {"peak memory", Column::number},
               {"sent", Column::number},
               {"limited by"}});
  for (const CompareRow &row : reported.rows) {
    std::string period =
        row.period ? formatTime(*row.period, row.timeUnit) : "–";
    table.add(
        {{escape(row.strategy) + (row.pareto ? " ◆" : "")},
         {fmt::format("{}", row.processors)},
         {escape(period)},
         {formatOptional(row.speedup, times)},
         {formatOptional(row.vsPipedream, times)},
         {formatOptional(row.gap, formatPercent)},
         {formatOptional(row.utilization, formatPercent)},
         {formatOptional(row.maxStaleness, plain)},
         {formatOptional(row.stashBytes, formatBytes)},
         {formatOptional(row.peakMemoryBytes, formatBytes)},
         {formatOptional(row.communicationBytes, formatBytes)},
         {escape(row.error.empty() ? row.limitedBy : "error: " + row.error)}});
  }
  return cardHtml("Comparison",
                  "From " + escape(reported.source) +
                      "; ◆ marks rows that the file calls not dominated.",
                  table.html());
}

std::string comparison(const Report &report, const std::vector<Facts> &facts) {
  bool several = facts.size() > 1;
  if (!several && report.rows.empty())
    return "";
  std::string html = "<section id=\"comparison\">\n<h2>Comparison</h2>\n";
  if (several)
    html += overview(facts);
  html += "<div class=\"columns\">\n";
  if (!report.rows.empty())
    html += overProcessorsCard();
  html += paretoCard() + "</div>\n";
  for (const ReportedRows &rows : report.rows)
    html += rowsTable(rows);
  return html + "</section>\n";
}

} // namespace

std::string writePage(const Report &report) {
  std::vector<Facts> facts;
  for (size_t index = 0; index < report.schedules.size(); ++index)
    facts.push_back(gatherFacts(report.schedules[index], index, report.limits));
  std::string html = headHtml(report);
  html += fmt::format(
      "<body>\n<header>\n<h1>{}</h1>\n{}<p class=\"note\">Cyclic schedules of "
      "a "
      "training graph: in every period each task runs once, on an iteration of "
      "its own. Distances count delays, and lags say how many periods later a "
      "task works on an iteration.</p>\n</header>\n<main>\n",
      escape(report.title), leadHtml(facts));
  html += comparison(report, facts);
  for (const Facts &one : facts)
    html += sectionHtml(one, facts.size() > 1);
  html += fmt::format("</main>\n<script type=\"application/json\" "
                      "id=\"report-data\">{}</script>\n<script>\n{}</script>\n"
                      "</body>\n</html>\n",
                      scriptJson(pageData(facts, report.rows)), pageScript);
  return html;
}

} // namespace layerpipe::report
