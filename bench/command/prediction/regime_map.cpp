#include "bench/command/prediction/regime_map.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "bench/output/table.hpp"
#include "bench/text/format.hpp"
#include "bench/text/page.hpp"

namespace kickbench::bench::command {
namespace {

constexpr std::size_t lines_max = 20;
constexpr std::size_t cell_width = 8;  ///< a value such as 100000, and the gap before it

std::string value_text(double value) { return text::fixed(value, value == std::round(value) ? 0 : 1); }
std::string title_of(const Axis& axis) { return axis.name + (axis.is_time ? ", ns" : ""); }

/// The indices of so many points that lie evenly, the first and the last among them.
std::vector<std::size_t> evenly(std::size_t points, std::size_t most) {
  const std::size_t count = std::max<std::size_t>(1, std::min(points, most));
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < count; ++i) indices.push_back(count == 1 ? 0 : i * (points - 1) / (count - 1));
  return indices;
}

/// One line for each stretch of an axis that is all in one regime.
void print_stretches(std::ostream& out, const Axis& axis, const std::vector<std::string>& regimes) {
  output::Table table({{"from"}, {"to"}, {title_of(axis), output::Table::Align::left}}, 0);
  for (std::size_t begin = 0, end = 0; begin < regimes.size(); begin = end) {
    while (end < regimes.size() && regimes[end] == regimes[begin]) ++end;
    table.add({value_text(axis.values[begin]), value_text(axis.values[end - 1]),
               regimes[begin].empty() ? "-" : regimes[begin]});
  }
  table.print(out);
}

}  // namespace

bool wants_rows(std::size_t points, const OutputOptions& output) {
  return points <= table_rows_max && output.json_path.empty() && output.csv_path.empty();
}

void print_regime_map(std::ostream& out, const std::vector<Axis>& axes, const std::vector<std::string>& regimes) {
  out << regimes.size() << " points; the figures of each: --csv FILE or --json FILE\n\n";
  if (axes.size() == 1) return print_stretches(out, axes.front(), regimes);
  const Axis& down = axes.front();
  const Axis& across = axes.back();
  const std::size_t width = std::min<std::size_t>(text::page_width(out), 160);
  out << title_of(down) << " goes down, " << title_of(across) << " to the right\n";
  std::vector<output::Table::Column> columns{{""}};
  const auto shown = evenly(across.values.size(), width / cell_width - 1);
  for (const std::size_t i : shown) columns.push_back({value_text(across.values[i])});
  output::Table table(std::move(columns));
  for (const std::size_t row : evenly(down.values.size(), lines_max)) {
    std::vector<std::string> cells{value_text(down.values[row])};
    for (const std::size_t i : shown) {
      const std::string& regime = regimes[row * across.values.size() + i];
      cells.push_back(regime.empty() ? "-" : regime);
    }
    table.add(std::move(cells));
  }
  table.print(out);
}

}  // namespace kickbench::bench::command
