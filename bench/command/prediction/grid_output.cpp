#include <algorithm>
#include <ostream>

#include "bench/command/prediction/answer_output.hpp"
#include "bench/command/prediction/grid.hpp"
#include "bench/command/prediction/regime_map.hpp"
#include "bench/output/csv.hpp"
#include "bench/output/table.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::command {
namespace {

using model::Sync;

/// Any row that has an answer; there is one.
const GridRow& answered_row(const Grid& grid) {
  return *std::ranges::find_if(grid.rows, [](const GridRow& row) { return row.answer.has_value(); });
}

/// The numbers of a row; all without a value, for its reason, where it has no answer.
std::vector<Number> row_numbers(const GridRow& row, const GridRow& answered) {
  std::vector<Number> numbers = numbers_of(row.answer ? *row.answer : *answered.answer);
  if (!row.answer) {
    for (Number& number : numbers) number = {number.key, std::nullopt, row.reason};
  }
  return numbers;
}

std::string value_text(const Axis& axis, double value) {
  return axis.is_time ? text::exact_with_unit(Nanoseconds(value)) : text::fixed(value, 0);
}

std::string position_text(const Grid& grid, const GridRow& row) {
  std::string text;
  for (std::size_t i = 0; i < grid.axes.size(); ++i) {
    text += (i > 0 ? ", " : "") + grid.axes[i].name + " = " + value_text(grid.axes[i], row.values[i]);
  }
  return text;
}

std::vector<std::string> table_cells(const GridRow& row) {
  if (!row.answer) return {"-", "-", "-", "-", "-", "-", "-"};
  const model::Prediction& p = row.answer->prediction;
  const auto rate = [](const std::optional<double>& value) { return value ? text::per_item(*value) : "-"; };
  const bool sleeps = row.question.sync == Sync::sleep;
  return {std::string(model::name_of(p.regime)),
          time_per_item_text(p),
          p.items_per_notification ? text::fixed(*p.items_per_notification, 0) : "-",
          rate(sleeps ? p.producer_sleeps_per_item : p.kicks_per_item),
          rate(sleeps ? p.consumer_sleeps_per_item : p.interrupts_per_item),
          text::ns_or_dash(p.busy_per_item),
          text::ns_or_dash(p.latency_service_max)};
}

/// The parameters that `sync` uses, under the names of their columns.
std::vector<std::pair<std::string, double>> used_parameters(const Question& question) {
  const auto& [producer, consumer, queue_size, sleep_energy] = question.parameters;
  std::vector<std::pair<std::string, double>> used{{"wp_ns", producer.work.count()}, {"wc_ns", consumer.work.count()}};
  if (question.sync == Sync::notification) {
    used.insert(used.end(), {{"np_ns", producer.notify.count()},
                             {"nc_ns", consumer.notify.count()},
                             {"sp_ns", producer.startup.count()},
                             {"sc_ns", consumer.startup.count()},
                             {"kp_count", producer.notify_threshold},
                             {"kc_count", consumer.notify_threshold}});
  }
  if (question.sync == Sync::sleep) {
    used.insert(used.end(), {{"yp_ns", producer.sleep.count()}, {"yc_ns", consumer.sleep.count()}});
  }
  used.emplace_back("queue_size", queue_size);
  return used;
}

output::Json row_json(const Grid& grid, const GridRow& row, const GridRow& answered) {
  output::Json entry;
  for (std::size_t i = 0; i < grid.axes.size(); ++i) entry[column_of(grid.axes[i])] = row.values[i];
  entry["sync"] = scenario::name_of(row.question.sync);
  entry["parameters"] = to_json(row.question.parameters);
  output::put(entry, "regime", row.answer ? std::optional(row.answer->prediction.regime) : std::nullopt, row.reason);
  for (const Number& number : row_numbers(row, answered)) {
    output::put(entry, std::string(number.key), number.value, number.reason);
  }
  return entry;
}

void print_rows(std::ostream& out, const Grid& grid) {
  const bool sleeps = grid.rows.front().question.sync == Sync::sleep;
  std::vector<output::Table::Column> columns;
  for (const Axis& axis : grid.axes) columns.push_back({axis.name});
  columns.push_back({"regime", output::Table::Align::left});
  for (const char* title : {"ns/item", "items/notification", sleeps ? "P sleeps/item" : "kicks/item",
                            sleeps ? "C sleeps/item" : "interrupts/item", "busy ns/item", "longest latency ns"}) {
    columns.push_back({title});
  }
  output::Table table(columns);
  for (const GridRow& row : grid.rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < grid.axes.size(); ++i) cells.push_back(value_text(grid.axes[i], row.values[i]));
    for (std::string& cell : table_cells(row)) cells.push_back(std::move(cell));
    table.add(std::move(cells));
  }
  table.print(out);
  for (const GridRow& row : grid.rows) {
    if (!row.answer) out << "no prediction for " << position_text(grid, row) << ": " << row.reason << "\n";
  }
}

}  // namespace

void print(std::ostream& out, const Grid& grid, bool with_rows) {
  if (with_rows) {
    print_rows(out, grid);
  } else {
    std::vector<std::string> regimes;
    for (const GridRow& row : grid.rows) {
      regimes.emplace_back(row.answer ? model::name_of(row.answer->prediction.regime) : std::string_view());
    }
    print_regime_map(out, grid.axes, regimes);
  }
  for (const std::string& assumption : grid.rows.front().question.assumptions) out << "assumed: " << assumption << "\n";
}

output::Json to_json(const Grid& grid) {
  output::Json document = output::document_head("predict");
  document["sync"] = scenario::name_of(grid.rows.front().question.sync);
  document["varied"] = output::Json::array();
  for (const Axis& axis : grid.axes) document["varied"].push_back(column_of(axis));
  document["model_assumptions"] = grid.rows.front().question.assumptions;
  const GridRow& answered = answered_row(grid);
  output::Json& rows = document["rows"] = output::Json::array();
  for (const GridRow& row : grid.rows) rows.push_back(row_json(grid, row, answered));
  return document;
}

std::string to_csv(const Grid& grid) {
  const GridRow& answered = answered_row(grid);
  std::vector<std::string> header{"sync"};
  for (const auto& [name, value] : used_parameters(answered.question)) header.push_back(name);
  header.emplace_back("regime");
  for (const Number& number : numbers_of(*answered.answer)) header.emplace_back(number.key);
  header.emplace_back("reason");
  output::Csv csv(header);
  for (const GridRow& row : grid.rows) {
    std::vector<std::string> cells{std::string(scenario::name_of(row.question.sync))};
    for (const auto& [name, value] : used_parameters(row.question)) cells.push_back(output::csv_cell(value));
    cells.emplace_back(row.answer ? model::name_of(row.answer->prediction.regime) : "");
    for (const Number& number : row_numbers(row, answered)) cells.push_back(output::csv_cell(number.value));
    cells.push_back(row.reason);
    csv.add(cells);
  }
  return csv.text();
}

}  // namespace kickbench::bench::command
